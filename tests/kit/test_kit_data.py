"""The data are the same for everyone, and trouble with files is said in one line."""

import errno
import gzip
import hashlib
import re
import shutil
import struct
from pathlib import Path

import pytest
import torch

from course_lib.kit import data
from course_lib.kit.data import idx, mnist
from tests.serving import files_of


def fingerprint(tensor: torch.Tensor) -> str:
    return hashlib.sha256(tensor.contiguous().numpy().tobytes()).hexdigest()[:16]


def idx_bytes(values: torch.Tensor) -> bytes:
    header = bytes([0, 0, 8, values.dim()]) + struct.pack(f">{values.dim()}I", *values.shape)
    return header + values.numpy().tobytes()


@pytest.fixture
def small_mnist(tmp_path, monkeypatch) -> Path:
    """A folder with four small IDX files, whose hashes are the expected ones."""
    g = torch.Generator().manual_seed(0)
    folder = tmp_path / "data" / "mnist"
    folder.mkdir(parents=True)
    files = {}
    for part, source in mnist.FILES.items():
        n = 30 if part.startswith("train") else 10
        shape, high = ((n, 28, 28), 256) if part.endswith("images") else ((n,), 10)
        content = idx_bytes(torch.randint(high, shape, generator=g).to(torch.uint8))
        (folder / source.name).write_bytes(gzip.compress(content))
        files[part] = idx.SourceFile(source.name, hashlib.sha256(content).hexdigest())
    monkeypatch.setattr(mnist, "FILES", files)
    return folder


@pytest.fixture
def own_folder(small_mnist, monkeypatch) -> Path:
    monkeypatch.setenv("COURSE_DATA_DIR", str(small_mnist.parent))
    return small_mnist


@pytest.fixture
def cache(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("COURSE_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache" / "mnist"


def error_of(*args, **options) -> str:
    with pytest.raises(data.DataError) as caught:
        data.load(*args, **options)
    assert "\n" not in str(caught.value)
    return str(caught.value)


class TestDigits:
    def test_the_split_is_1350_150_297_and_the_same_for_everyone(self):
        digits = data.load("digits")
        assert [len(part.labels) for part in (digits.train, digits.valid, digits.test)] == [
            1350,
            150,
            297,
        ]
        assert fingerprint(digits.test.images) == "d06c82c1ea9df037"
        assert fingerprint(digits.train.labels) == "64a00fb959e5c913"

    def test_images_are_bytes_of_17_levels(self):
        digits = data.load("digits")
        assert (digits.shape, digits.n_dims, digits.levels) == ((8, 8), 64, 17)
        assert digits.train.images.dtype == torch.uint8
        assert digits.train.labels.dtype == torch.int64
        assert (int(digits.train.images.min()), int(digits.train.images.max())) == (0, 16)

    def test_every_class_is_in_every_part(self):
        digits = data.load("digits")
        for part in (digits.train, digits.valid, digits.test):
            assert part.labels.unique().tolist() == list(range(10))

    def test_binarised_means_at_least_8(self):
        digits = data.load("digits")
        bits = digits.binarized()
        assert torch.equal(bits.test, (digits.test.images.flatten(1) >= 8).float())
        assert [tuple(part.shape) for part in bits] == [(1350, 64), (150, 64), (297, 64)]

    def test_independent_pixels_reach_their_known_likelihood(self):
        bits = data.load("digits").binarized()
        p = (torch.cat([bits.train, bits.valid]).sum(0) + 0.5) / 1501
        nll = torch.nn.functional.binary_cross_entropy(p.expand(297, 64), bits.test) * 64
        assert nll.item() == pytest.approx(25.3, abs=0.05)


class TestCanvas:
    def test_each_digit_lies_whole_on_its_field(self):
        canvas, digits = data.load("canvas", copies=2), data.load("digits")
        assert canvas.shape == (16, 16)
        assert len(canvas.train.labels) == 2 * 1350
        mass = digits.test.images.sum((1, 2), dtype=torch.int64)
        assert torch.equal(canvas.test.images.sum((1, 2), dtype=torch.int64), mass)
        assert torch.equal(canvas.test.labels, digits.test.labels)

    def test_all_places_occur(self):
        images = data.load("canvas").train.images
        assert (images.amax((0, 1)) > 0).all()
        assert (images.amax((0, 2)) > 0).all()

    def test_the_seed_decides_the_places(self):
        one, same, other = (data.load("canvas", seed=s).train.images for s in (0, 0, 1))
        assert torch.equal(one, same)
        assert not torch.equal(one, other)

    def test_a_field_of_the_digit_s_size_is_the_digit(self):
        canvas, digits = data.load("canvas", size=8, copies=1), data.load("digits")
        assert torch.equal(canvas.train.images, digits.train.images)

    @pytest.mark.parametrize("options", [{"size": 7}, {"copies": 0}])
    def test_impossible_options_are_named(self, options):
        assert "expected size ≥ 8 and copies ≥ 1" in error_of("canvas", **options)


class TestNames:
    def test_the_default_is_digits_and_the_environment_overrides_it(self, monkeypatch):
        assert data.load().name == "digits"
        monkeypatch.setenv("COURSE_DATASET", "canvas")
        assert data.load().name == "canvas"
        assert data.load("digits").name == "digits"

    def test_a_misspelt_name_gets_the_closest_one(self):
        assert "did you mean 'mnist'?" in error_of("MNITS")
        assert "did you mean" not in error_of("cifar-10")

    def test_an_unknown_option_is_named_with_those_there_are(self):
        assert "no option 'limit'; it takes size, copies, seed" in error_of("canvas", limit=3)
        assert "it takes none" in error_of("digits", size=3)

    def test_the_repr_says_what_is_in_it(self):
        assert repr(data.load()) == (
            "Dataset('digits': 1,350 + 150 + 297 images (train + valid + test), "
            "8×8, 17 grey levels)"
        )


class TestMnistFiles:
    def test_the_last_training_images_are_held_out(self, own_folder):
        whole = data.load("mnist", valid=1).train.images
        parts = data.load("mnist", valid=12)
        assert [len(p.labels) for p in (parts.train, parts.valid, parts.test)] == [18, 12, 10]
        assert torch.equal(parts.valid.images[:11], whole[18:])
        assert (parts.shape, parts.levels) == ((28, 28), 256)
        assert parts.train.labels.dtype == torch.int64

    @pytest.mark.parametrize("valid", [0, 30])
    def test_a_part_must_remain_to_train_on(self, own_folder, valid):
        assert "expected 1 … 29" in error_of("mnist", valid=valid)

    def test_binarisation_is_drawn_once_for_everyone(self, own_folder):
        torch.manual_seed(1)
        one = data.load("mnist", valid=10).binarized()
        torch.manual_seed(2)
        two = data.load("mnist", valid=10).binarized()
        assert all(torch.equal(a, b) for a, b in zip(one, two, strict=True))
        assert fingerprint(one.test) == "cfaf702846caf76c"
        assert set(one.train.unique().tolist()) == {0.0, 1.0}

    def test_black_and_white_pixels_are_certain_and_grey_ones_follow_their_level(self):
        images = torch.tensor([0, 64, 255], dtype=torch.uint8).repeat(40_000, 1)[:, None]
        part = data.Split(images, torch.zeros(40_000, dtype=torch.int64))
        grey = data.Dataset("grey", 256, part, part, part, binarization="fixed")
        mean = grey.binarized().train.mean(0)
        assert mean[0] == 0
        assert mean[2] == 1
        assert mean[1].item() == pytest.approx(64 / 255, abs=0.01)

    def test_draws_in_blocks_are_the_draws_of_one_block(self, own_folder, monkeypatch):
        one = data.load("mnist", valid=10).binarized()
        monkeypatch.setattr("course_lib.kit.data.dataset._ROWS_PER_DRAW", 7)
        assert torch.equal(one.train, data.load("mnist", valid=10).binarized().train)

    def test_a_missing_file_is_named_with_what_to_do(self, own_folder):
        path = own_folder / "t10k-labels-idx1-ubyte.gz"
        path.unlink()
        message = error_of("mnist")
        assert f"{path} is missing" in message
        assert "unset COURSE_DATA_DIR" in message

    def test_a_changed_byte_is_found_by_its_hash(self, own_folder):
        path = own_folder / "train-images-idx3-ubyte.gz"
        content = bytearray(gzip.decompress(path.read_bytes()))
        content[100] ^= 1
        path.write_bytes(gzip.compress(bytes(content)))
        message = error_of("mnist")
        assert str(path) in message
        assert mnist.FILES["train images"].sha256 in message
        assert hashlib.sha256(content).hexdigest() in message
        assert "COURSE_DATA_DIR" in message

    @pytest.mark.parametrize("content", [0, 5, 500, b"<html>not found</html>", None])
    def test_a_file_that_is_none_is_said_to_be_so(self, own_folder, content):
        path = own_folder / "train-images-idx3-ubyte.gz"
        whole = path.read_bytes()
        path.unlink()
        if content is None:
            path.mkdir()
        else:
            path.write_bytes(whole[:content] if isinstance(content, int) else content)
        message = error_of("mnist")
        assert str(path) in message
        said = "cannot be read" if content is None else "is not a whole gzip file|SHA-256"
        assert re.search(said, message)

    @pytest.mark.parametrize(
        ("content", "message"),
        [
            (b"\x00\x00\x0d\x01\x00\x00\x00\x01\x07", "not an IDX file of bytes"),
            (b"", "not an IDX file of bytes"),
            (b"\x00\x00\x08\x01\x00\x00\x00\x05\x07", r"states the shape \(5,\), but holds 1"),
        ],
    )
    def test_content_that_is_not_idx_is_refused(self, tmp_path, content, message):
        path = tmp_path / "x.gz"
        path.write_bytes(gzip.compress(content))
        source = idx.SourceFile("x.gz", hashlib.sha256(content).hexdigest())
        with pytest.raises(data.DataError, match=message):
            idx.read(path, source, "do this")


class TestMnistDownload:
    @pytest.fixture
    def mirror(self, small_mnist, monkeypatch):
        """A mirror in a folder in place of the network; the list of what was asked for."""
        asked: list[str] = []

        def fetch(url: str, path: Path) -> None:
            asked.append(url)
            shutil.copyfile(small_mnist / url.rsplit("/", 1)[1], path)

        monkeypatch.setattr(mnist, "_fetch", fetch)
        return asked

    def test_files_are_fetched_once(self, mirror, cache):
        assert len(data.load("mnist", valid=10).train.labels) == 20
        assert len(mirror) == 4
        data.load("mnist", valid=10)
        assert len(mirror) == 4
        assert len(list(cache.iterdir())) == 4

    def test_a_folder_of_the_user_s_own_needs_no_download(self, mirror, own_folder, cache):
        data.load("mnist", valid=10)
        assert mirror == []

    def test_the_second_mirror_stands_in_for_the_first(self, mirror, cache, monkeypatch):
        fetch = mnist._fetch

        def broken(url: str, path: Path) -> None:
            if url.startswith(mnist.MIRRORS[0]):
                path.write_bytes(b"half")
                raise ConnectionError("Max retries exceeded\nwith many\nlines")
            fetch(url, path)

        monkeypatch.setattr(mnist, "_fetch", broken)
        data.load("mnist", valid=10)
        assert all(url.startswith(mnist.MIRRORS[1]) for url in mirror)
        assert sorted(p.name for p in cache.iterdir()) == sorted(
            source.name for source in mnist.FILES.values()
        )

    def test_what_a_mirror_changed_is_not_kept(self, mirror, small_mnist, cache):
        (small_mnist / "train-images-idx3-ubyte.gz").write_bytes(gzip.compress(b"other"))
        message = error_of("mnist")
        assert "could not be downloaded" in message
        assert "the mirror" in message
        assert list(cache.iterdir()) == []

    def test_a_damaged_file_in_the_cache_is_to_be_deleted(self, mirror, cache):
        data.load("mnist", valid=10)
        path = cache / "train-labels-idx1-ubyte.gz"
        path.write_bytes(b"")
        assert f"delete {path}" in error_of("mnist")

    @pytest.mark.parametrize(
        ("error", "raised", "said"),
        [
            (ConnectionError("no network"), data.DataError, "train-images-.*set COURSE_DATA_DIR"),
            (OSError(errno.ENOSPC, "full"), data.DataError, "the disk is full.*COURSE_CACHE_DIR"),
            (KeyboardInterrupt(), KeyboardInterrupt, "^$"),
        ],
        ids=lambda value: type(value).__name__,
    )
    def test_a_download_that_fails_says_what_to_do_and_leaves_nothing(
        self, small_mnist, cache, monkeypatch, error, raised, said
    ):
        def fail(url: str, path: Path) -> None:
            path.write_bytes(b"half")
            raise error

        monkeypatch.setattr(mnist, "_fetch", fail)
        with pytest.raises(raised, match=said) as caught:
            data.load("mnist")
        assert raised is KeyboardInterrupt or str(cache) in str(caught.value)
        assert list(cache.iterdir()) == []

    def test_a_cache_that_cannot_be_made_is_named(self, mirror, tmp_path, monkeypatch):
        (tmp_path / "file").write_text("")
        monkeypatch.setenv("COURSE_CACHE_DIR", str(tmp_path / "file"))
        assert f"cannot be stored in {tmp_path / 'file' / 'mnist'}" in error_of("mnist")

    def test_a_download_goes_over_http_with_a_bar(self, small_mnist, cache, monkeypatch):
        """The real `_fetch`, against a server on this machine."""
        with files_of(small_mnist) as here:
            monkeypatch.setattr(mnist, "MIRRORS", (f"{here}/missing/", f"{here}/"))
            assert len(data.load("mnist", valid=10).test.labels) == 10
