"""What lecture 3's notebook is given: n-grams, and recurrent models of characters and pixels."""

import itertools
import math

import pytest
import torch

from course_lib.checks import all_binary, assert_frequencies
from course_lib.kit import data, train
from course_lib.lectures.rnn import ngrams, recurrent


@pytest.fixture(autouse=True)
def no_bars(monkeypatch):
    monkeypatch.setenv("COURSE_QUIET", "1")
    monkeypatch.delenv("COURSE_DEVICE", raising=False)


@pytest.fixture(scope="module")
def source():
    return data.load_text("python_source")


SMALL = "the cat sat on the mat, the rat sat on the cat; that is that. " * 6


def one_hot(tokens, vocab_size, dtype):
    return torch.nn.functional.one_hot(tokens, vocab_size).to(dtype)


def tokens_of(text):
    known = sorted(set(text))
    return torch.tensor([known.index(c) for c in text]), len(known)


class TestNGrams:
    @pytest.mark.parametrize("order", [1, 2, 3, 5])
    def test_probabilities_sum_to_one_after_seen_and_unseen_contexts(self, order):
        tokens, vocab = tokens_of(SMALL)
        model = ngrams.NGram(tokens, vocab + 2, order)
        for context in (tokens[:0], tokens[:1], tokens[10:20], torch.tensor([vocab, vocab + 1, 0])):
            p = model.probabilities(context)
            assert p.sum().item() == pytest.approx(1, abs=1e-12)
            assert (p > 0).all()

    @pytest.mark.parametrize("order", [1, 2, 4])
    def test_log_prob_is_made_of_the_distributions(self, order):
        tokens, vocab = tokens_of(SMALL)
        model = ngrams.NGram(tokens[:200], vocab, order)
        text = tokens[150:260]
        one_by_one = [model.probabilities(text[:t])[text[t]].log() for t in range(len(text))]
        torch.testing.assert_close(model.log_prob(text), torch.stack(one_by_one))

    def test_the_sum_over_all_short_texts_is_one(self):
        model = ngrams.NGram(torch.tensor([0, 1, 2, 0, 1, 1, 2, 0, 0, 1]), 3, order=3)
        texts = torch.tensor(list(itertools.product(range(3), repeat=4)))
        total = sum(model.log_prob(text).sum().exp() for text in texts)
        assert float(total) == pytest.approx(1, abs=1e-12)

    def test_a_bigram_by_hand(self):
        """0 1 0 1 0 2: after 0 came 1, 1, 2; once: 02, twice: 01 and 10, so d = 1/5."""
        model = ngrams.NGram(torch.tensor([0, 1, 0, 1, 0, 2]), 3, order=2)
        # Unigrams: counts 3, 2, 1, and d = 1 / (1 + 2) from one that occurs once, one twice.
        d1 = 1 / 3
        unigram = torch.tensor([3 - d1, 2 - d1, 1 - d1]) / 6 + d1 * 3 / 6 / 3
        expected = torch.tensor([0, 2 - 0.2, 1 - 0.2]) / 3 + 0.2 * 2 / 3 * unigram
        found = model.probabilities(torch.tensor([0])).float()
        torch.testing.assert_close(found, expected)

    def test_a_longer_context_helps_on_text_of_the_same_kind(self, source):
        bits = [
            -ngrams.NGram(source.train, 96, n).log_prob(source.test).mean().item() / math.log(2)
            for n in (1, 2, 5)
        ]
        assert 6.58 > bits[0] > bits[1] > bits[2]
        assert bits[1] == pytest.approx(3.54, abs=0.2)

    def test_samples_belong_to_the_seed(self):
        tokens, vocab = tokens_of(SMALL)
        model = ngrams.NGram(tokens, vocab, 3)
        assert torch.equal(model.sample(30, seed=1), model.sample(30, seed=1))
        assert not torch.equal(model.sample(30, seed=1), model.sample(30, seed=2))

    @pytest.mark.parametrize("order", [0, 10])
    def test_an_impossible_order_is_refused(self, order):
        with pytest.raises(ValueError, match="expected 1"):
            ngrams.NGram(torch.arange(96), 96, order)


class TestCharLSTM:
    def test_all_short_texts_sum_to_one(self):
        model = recurrent.CharLSTM(3, 5, one_hot).double()
        texts = torch.tensor(list(itertools.product(range(3), repeat=4)))
        total = model.character_log_prob(texts).sum(1).exp().sum().item()
        assert total == pytest.approx(1, abs=1e-9)

    def test_carried_state_is_the_whole(self):
        model = recurrent.CharLSTM(7, 5, one_hot)
        tokens = torch.randint(7, (2, 9), generator=torch.Generator().manual_seed(0))
        whole, _ = model(tokens)
        first, state = model(tokens[:, :4])
        torch.testing.assert_close(torch.cat([first, model(tokens[:, 4:], state)[0]], 1), whole)

    def test_it_starts_from_the_frequencies(self):
        tokens, vocab = tokens_of(SMALL)
        model = recurrent.CharLSTM(vocab, 8, one_hot)
        model.init_unigram_(tokens)
        counts = torch.bincount(tokens, minlength=vocab) + 1.0
        torch.testing.assert_close(model.out.bias.softmax(0), counts / counts.sum())

    def test_training_learns_and_a_seed_gives_the_same_weights(self):
        tokens, vocab = tokens_of(SMALL)
        models = [recurrent.CharLSTM(vocab, 16, one_hot) for _ in range(2)]
        for model in models:
            bits, seconds = recurrent.fit_text(model, tokens, steps=60, length=20, device="cpu")
            assert len(bits) == 60
            assert bits[-1] < 0.7 * bits[0]
            assert seconds > 0
        for a, b in zip(models[0].parameters(), models[1].parameters(), strict=True):
            assert torch.equal(a, b)

    def test_a_time_limit_ends_the_run(self):
        tokens, vocab = tokens_of(SMALL)
        model = recurrent.CharLSTM(vocab, 8, one_hot)
        bits, seconds = recurrent.fit_text(
            model, tokens, steps=10**6, max_seconds=0.3, device="cpu"
        )
        assert 1 <= len(bits) < 10**6
        assert seconds < 10

    def test_a_missing_function_is_said_before_anything_is_shown(self):
        def missing(*args):
            raise NotImplementedError("not implemented yet: `rnn.one_hot`, section 3.1")

        model = recurrent.CharLSTM(4, 3, missing)
        with pytest.raises(NotImplementedError, match="not implemented yet"):
            recurrent.fit_text(model, torch.zeros(99, dtype=torch.int64), steps=1, device="cpu")
        with pytest.raises(NotImplementedError, match="not implemented yet"):
            recurrent.PixelGRU((2, 2), 3, missing, places=False)

    def test_what_cannot_be_trained_is_said(self):
        model = recurrent.CharLSTM(4, 3, one_hot)
        with pytest.raises(ValueError, match="expected more than 64"):
            recurrent.fit_text(model, torch.zeros(10, dtype=torch.int64), steps=1)
        with torch.no_grad():
            model.out.bias.fill_(math.nan)
        with pytest.raises(train.TrainingError, match="step 1"):
            recurrent.fit_text(model, torch.zeros(99, dtype=torch.int64), steps=1, device="cpu")

    def test_cold_samples_are_the_likeliest_and_keep_the_prime(self):
        model = recurrent.CharLSTM(6, 8, one_hot, seed=1)
        prime = torch.tensor([[0, 1], [4, 2]])
        written = model.sample(prime, 10, 1e-6, seed=0)
        assert torch.equal(written[:, :2], prime)
        likeliest = model(written)[0].argmax(-1)
        assert torch.equal(written[:, 2:], likeliest[:, 1:-1])


class TestPixelGRU:
    @pytest.mark.parametrize("places", [True, False])
    def test_all_small_images_sum_to_one_and_pixels_see_the_past_only(self, places):
        model = recurrent.PixelGRU((2, 3), 4, one_hot, places=places).double()
        images = all_binary(6, torch.float64)
        assert model.log_prob(images).exp().sum().item() == pytest.approx(1, abs=1e-9)
        x = images[37:38].clone().requires_grad_()
        jacobian = torch.autograd.functional.jacobian(lambda x: model.logits(x)[0], x)[:, 0]
        assert torch.count_nonzero(jacobian.triu()) == 0
        assert torch.count_nonzero(jacobian.tril(-1)) == 15

    def test_samples_follow_the_probabilities(self):
        model = recurrent.PixelGRU((2, 2), 6, one_hot, seed=2)
        exact = model.log_prob(all_binary(4))
        assert_frequencies(model.sample(20_000, seed=0), exact, tolerance=0.03)
