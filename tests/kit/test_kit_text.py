"""Texts: the standard library's own source, and its alphabet."""

import math
import sysconfig

import pytest
import torch

from course_lib.kit import data
from course_lib.kit.data import python_source


@pytest.fixture(scope="module")
def source():
    return data.load_text("python_source")


class TestPythonSource:
    def test_no_file_is_in_two_parts(self, source):
        files = [name for part in source.sources.values() for name in part]
        assert len(files) == len(set(files)) == 35
        assert [len(source.sources[part]) for part in ("train", "valid", "test")] == [26, 4, 5]

    def test_the_alphabet_is_the_line_break_and_printable_ascii(self, source):
        assert source.vocab_size == 96
        assert math.log2(source.vocab_size) == pytest.approx(6.58, abs=0.01)
        assert source.alphabet[0] == "\n"
        assert source.alphabet[1:].isprintable()

    def test_the_parts_are_large_enough_and_only_hold_the_alphabet(self, source):
        assert len(source.train) > 500_000
        assert len(source.valid) > 30_000
        assert len(source.test) > 60_000
        for part in (source.train, source.valid, source.test):
            assert part.dtype == torch.int64
            assert 0 <= int(part.min()) <= int(part.max()) < 96

    def test_the_text_is_that_of_this_python(self, source):
        written = (sysconfig.get_path("stdlib") + "/heapq.py", "def heappush(heap, item):")
        with open(written[0], encoding="utf-8") as file:
            assert written[1] in file.read()
        assert written[1] in source.decode(source.test)
        assert written[1] not in source.decode(source.train)

    def test_a_reader_s_own_module_is_not_taken(self, tmp_path, monkeypatch):
        (tmp_path / "heapq.py").write_text("MINE = 1\n")
        monkeypatch.chdir(tmp_path)
        monkeypatch.syspath_prepend(str(tmp_path))
        text = data.load_text()
        assert "MINE" not in text.decode(text.test)

    def test_encoding_and_decoding_are_inverse_and_strange_characters_are_named(self, source):
        line = "    def f(x):\n        return {x: 'y'}\n"
        assert source.decode(source.encode(line)) == line
        with pytest.raises(ValueError, match="'ä' is not in the alphabet"):
            source.encode("Kapitän")

    def test_tabs_and_other_letters_have_their_replacement(self, source):
        assert source.decode(python_source._tokens("a\tü\n")) == "a    ?\n"

    def test_a_missing_module_is_named_with_the_place(self, monkeypatch):
        monkeypatch.setitem(python_source.MODULES, "test", "no_such_module_here")
        with pytest.raises(data.DataError, match=r"'no_such_module_here' is not in .*lib"):
            data.load_text()

    def test_an_unknown_text_is_named(self):
        with pytest.raises(data.DataError, match="there are python_source"):
            data.load_text("shakespeare")

    def test_the_repr_says_what_is_in_it(self, source):
        assert repr(source).startswith("Text('python_source': ")
        assert repr(source).endswith("from 26 + 4 + 5 files, 96 different)")
