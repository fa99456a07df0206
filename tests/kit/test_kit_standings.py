"""The table holds the user's own runs, one row a model, in the order of the lectures."""

import json

from course_lib.kit.measure import standings


def record(lecture, model, **changes):
    figures = {"data": "digits", "nats": 17.0, "seconds": 11.0, "ms_per_sample": 0.25}
    standings.record(lecture, model, **{**figures, **changes})


def test_rows_come_in_the_lectures_order():
    record("02_coins", "Coins")
    record("10_evaluation", "all")
    record("01_dice", "independent")
    record("01_dice", "FVSBN")
    assert [e.model for e in standings.table("digits").entries] == [
        "independent",
        "FVSBN",
        "Coins",
        "all",
    ]


def test_a_new_run_takes_the_old_one_s_place_on_its_data_only():
    record("02_coins", "Coins", nats=18.0)
    record("02_coins", "Coins", nats=99.7, data="mnist")
    record("02_coins", "Coins", nats=17.0)
    assert [e.nats for e in standings.table("digits").entries] == [17.0]
    assert [e.nats for e in standings.table("mnist").entries] == [99.7]


def test_all_figures_are_shown():
    record("02_coins", "Coins", nats=16.98, standard_error=0.244, note="H = 48 <b>")
    text, page = repr(standings.table("digits")), standings.table("digits")._repr_html_()
    for part in ("02_coins", "Coins", "16.98 ± 0.24", "11.0", "0.25"):
        assert part in text
        assert part in page
    assert "H = 48 <b>" in text
    assert "H = 48 &lt;b&gt;" in page
    assert 'scope="col"' in page


def test_a_model_without_likelihood_has_a_dash():
    record("02_coins", "Coins")
    record("06_play", "GAN", nats=None, frechet=3.11)
    text = repr(standings.table("digits"))
    assert text.count("–") == 2
    assert "3.11" in text
    assert "lower nats and Fréchet are better" in text


def test_a_measure_that_no_model_has_is_left_out():
    record("03_words", "LSTM", data="python_source", nats=None, bits=2.5, standard_error=0.01)
    text, page = repr(standings.table("python_source")), standings.table("python_source")
    for shown in (text, page._repr_html_()):
        assert "Test bits" in shown
        assert "2.50 ± 0.01" in shown
        assert "nats" not in shown
        assert "Fréchet" not in shown


def test_tensors_are_taken_as_numbers():
    import torch

    record("02_coins", "Coins", nats=torch.tensor(17.5), seconds=torch.tensor(3))
    assert standings.table("digits").entries[0].nats == 17.5


def test_an_empty_table_says_so():
    assert "No model of yours on 'digits' yet" in repr(standings.table("digits"))
    assert "No model of yours" in standings.table("digits")._repr_html_()


def test_columns_line_up():
    record("01_dice", "independent pixels", nats=105.32)
    record("02_coins", "Coins", nats=7.1)
    lines = repr(standings.table("digits")).splitlines()[1:]
    ends = {line.index(text) + len(text) for line, text in zip(lines[2:], ("105.32", "7.10"))}  # noqa: B905
    assert len(ends) == 1


def test_entries_that_cannot_be_read_are_left_out(state_folder):
    record("02_coins", "Coins")
    path = state_folder / "standings.json"
    stored = json.loads(path.read_text())
    stored["entries"] += [{"model": "half"}, "text", {**stored["entries"][0], "nats": "seven"}]
    path.write_text(json.dumps(stored))
    assert [e.model for e in standings.table("digits").entries] == ["Coins"]
    path.write_text('{"entries": 3}')
    assert standings.table("digits").entries == ()
