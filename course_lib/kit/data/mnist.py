"""MNIST: 60,000 + 10,000 handwritten digits, 28×28, 256 grey levels.

The four files are taken from `$COURSE_DATA_DIR/mnist/` where that folder exists, otherwise from a
cache (`$COURSE_CACHE_DIR`, or the user's cache folder), which a first use fills by download.
"""

import errno
import os
import tempfile
from pathlib import Path

import pooch
from torch import Tensor
from tqdm.auto import tqdm

from course_lib.kit.data import idx
from course_lib.kit.data.dataset import DataError, Dataset, Split

__all__ = ["load"]

MIRRORS = (
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
)
FILES = {
    "train images": idx.SourceFile(
        "train-images-idx3-ubyte.gz",
        "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    ),
    "train labels": idx.SourceFile(
        "train-labels-idx1-ubyte.gz",
        "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    ),
    "test images": idx.SourceFile(
        "t10k-images-idx3-ubyte.gz",
        "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    ),
    "test labels": idx.SourceFile(
        "t10k-labels-idx1-ubyte.gz",
        "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    ),
}
TIMEOUT = 30  # seconds without an answer before the next mirror is tried


def load(valid: int = 10_000) -> Dataset:
    """MNIST with the last `valid` images of the 60,000 held out for validation.

    Binarised by the "fixed" protocol (see `Dataset.binarized`).

    Args:
        valid: size of the validation part; 10,000 is what the published likelihoods use.

    Raises:
        DataError: a file is missing, damaged or cannot be downloaded, or there is no space for it.

    Source: Y. LeCun, C. Cortes and C. Burges, The MNIST database of handwritten digits, 1998.
    """
    images, labels, test_images, test_labels = (_array(source) for source in FILES.values())
    if not 1 <= valid < len(labels):
        raise DataError(f"mnist: got valid={valid}; expected 1 … {len(labels) - 1}")
    cut = len(labels) - valid
    return Dataset(
        "mnist",
        256,
        Split(images[:cut], labels[:cut].long()),
        Split(images[cut:], labels[cut:].long()),
        Split(test_images, test_labels.long()),
        binarization="fixed",
    )


def _array(source: idx.SourceFile) -> Tensor:
    own = os.environ.get("COURSE_DATA_DIR")
    if own and (folder := Path(own) / "mnist").is_dir():
        path = folder / source.name
        remedy = "put the original file there, or unset COURSE_DATA_DIR to download it"
        if not path.exists():
            raise DataError(f"{path} is missing; {remedy}")
        return idx.read(path, source, remedy)
    return _cached(source)


def _cached(source: idx.SourceFile) -> Tensor:
    folder = Path(os.environ.get("COURSE_CACHE_DIR") or pooch.os_cache("deep-generative-models"))
    path = folder / "mnist" / source.name
    if path.exists():
        return idx.read(path, source, f"delete {path} to download it again")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return _download(path, source)
    except OSError as error:
        why = "the disk is full" if error.errno == errno.ENOSPC else error.strerror or str(error)
        raise DataError(
            f"{source.name} cannot be stored in {path.parent}: {why}; make room there, or set "
            "COURSE_CACHE_DIR to a folder with 12 MB free"
        ) from error


def _download(path: Path, source: idx.SourceFile) -> Tensor:
    failures = []
    for mirror in MIRRORS:
        # A name of its own, and moved into place only when whole and verified: neither a second
        # notebook nor an interruption can leave a half-written file under the final name.
        handle, part = tempfile.mkstemp(prefix=f".{source.name}.", dir=path.parent)
        os.close(handle)
        try:
            _fetch(mirror + source.name, Path(part))
            array = idx.read(Path(part), source, "the mirror served it so")
            os.replace(part, path)
            return array
        except DataError as error:
            failures.append(str(error))
        except OSError as error:
            if error.errno == errno.ENOSPC:
                raise
            failures.append(f"{mirror}: {_short(error)}")
        finally:
            Path(part).unlink(missing_ok=True)
    raise DataError(
        f"{source.name} is not at {path} and could not be downloaded "
        f"({'; '.join(failures)}); go online, or put the four MNIST files into a folder "
        "mnist/ and set COURSE_DATA_DIR to the folder around it"
    )


def _fetch(url: str, path: Path) -> None:
    quiet = os.environ.get("COURSE_QUIET") == "1"
    name = url.rsplit("/", 1)[1]
    # total: until the server has told the size; pooch asks whether the bar is "true".
    with tqdm(total=1, desc=name, unit="B", unit_scale=True, leave=False, disable=quiet) as bar:
        pooch.HTTPDownloader(progressbar=bar, timeout=TIMEOUT)(url, str(path), None)


def _short(error: OSError) -> str:
    """The kind of failure; the text of a connection error runs over several lines."""
    return str(error).splitlines()[0][:80] if error.errno else type(error).__name__
