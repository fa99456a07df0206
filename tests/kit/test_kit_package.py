"""The kit is light to import, and its parts are found both ways."""

import subprocess
import sys

import pytest

from course_lib import kit


def test_importing_the_kit_imports_neither_torch_nor_matplotlib():
    code = (
        "import sys, course_lib.kit as kit; "
        "assert not {'torch', 'matplotlib', 'sklearn'} & set(sys.modules); "
        "from course_lib.course import state; state.folder(); "
        "assert 'torch' not in sys.modules"
    )
    # Without the package's own __init__, which imports the checks and with them torch.
    stub = "import sys, types; p = types.ModuleType('course_lib'); "
    stub += f"p.__path__ = [{str(next(iter(kit.__path__)).rsplit('/', 1)[0])!r}]; "
    stub += "sys.modules['course_lib'] = p; "
    result = subprocess.run([sys.executable, "-c", stub + code], capture_output=True, text=True)
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize("name", ["data", "device", "measure", "networks", "plots", "train"])
def test_each_part_is_an_attribute(name):
    assert getattr(kit, name).__name__ == f"course_lib.kit.{name}"
    assert name in dir(kit)


def test_a_part_that_is_not_there_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        kit.nothing  # noqa: B018
