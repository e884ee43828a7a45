import json
import shutil

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoner import Extractor
from geoner.calibration import LEAST_SLOPE, MIN_SCORES, SLACK, Calibration, best_min_score, fit
from geoner.errors import ModelError
from geoner.extractor import SHIPPED_MODEL

TEXT = "Talks between Iran and Oman resumed, said Ana Silva, who owns a bank in Chad."

probabilities = st.floats(0, 1)
calibrations = st.builds(Calibration, st.floats(1e-3, 1e3), st.floats(-1e3, 1e3))


@given(calibrations, probabilities, probabilities)
def test_a_higher_score_never_means_less(calibration, one, other):
    low, high = sorted([one, other])
    assert 0 < calibration(low) <= 1
    assert calibration(low) <= calibration(high) + 1e-12


@given(probabilities)
def test_without_a_calibration_scores_stay(score):
    assert Calibration.from_config({"geoner": {"max_length": 512}})(score) == score
    assert Calibration.from_config({})(score) == score


def test_a_slope_draws_scores_together_and_an_intercept_moves_them():
    assert Calibration(0.5, 0)(0.5) == 0.5
    assert Calibration(0.5, 0)(0.9) == pytest.approx(0.75)  # odds of 9 become odds of 3
    assert Calibration(1, -np.log(3))(0.75) == pytest.approx(0.5)  # odds of 3 become even


def outcomes(truth, count, seed=3):
    """Scores of a model that is as sure as it should be after `truth`, and what came of them."""
    draws = np.random.default_rng(seed)
    scores = 1 / (1 + np.exp(-draws.normal(2, 2, count)))
    chances = np.array([truth(score) for score in scores])
    return scores, draws.random(count) < chances


@pytest.mark.parametrize("truth", [Calibration(0.6, -1), Calibration(1.4, 0.5), Calibration()])
def test_what_is_fitted_is_what_scores_mean(truth):
    found = fit(*outcomes(truth, 20_000))
    assert found.slope == pytest.approx(truth.slope, abs=0.05)
    assert found.intercept == pytest.approx(truth.intercept, abs=0.08)


@given(
    st.lists(st.tuples(probabilities, st.booleans()), max_size=40),
    st.builds(Calibration, st.floats(0.1, 2), st.floats(-3, 3)),
)
def test_any_outcome_gives_a_calibration(pairs, expected):
    scores, right = [score for score, _ in pairs], [is_right for _, is_right in pairs]
    found = fit(scores, right, expected)
    assert found.slope >= LEAST_SLOPE
    assert abs(found.intercept) < 50


def test_nothing_found_leaves_what_was_expected():
    assert fit([], [], Calibration(0.7, -2)) == Calibration(0.7, -2)


def test_a_dozen_mentions_that_all_are_right_change_little():
    scores = [0.99] * 12
    found = fit(scores, [True] * 12, Calibration(0.9, -1.5))
    assert 0.9 <= found.slope < 1.1
    assert -1.5 <= found.intercept < -0.8
    assert found(0.5) < 0.5


def test_scores_that_say_the_contrary_are_made_alike_not_turned_round():
    found = fit([0.99] * 500 + [0.2] * 500, [False] * 500 + [True] * 500)
    assert found.slope == LEAST_SLOPE
    assert found(0.9) == pytest.approx(0.5, abs=0.1)


def test_as_many_scores_as_outcomes():
    with pytest.raises(ValueError, match="2 scores, but 1 outcomes"):
        fit([0.5, 0.6], [True])


@pytest.fixture
def folder(tmp_path):
    """A copy of the shipped model without a calibration."""
    copy = tmp_path / "model"
    shutil.copytree(SHIPPED_MODEL, copy)
    config = json.loads((copy / "config.json").read_text())
    config["geoner"].pop("calibration", None)
    (copy / "config.json").write_text(json.dumps(config))
    return copy


def test_a_calibration_changes_scores_and_nothing_else(folder):
    pytest.importorskip("torch")
    plain = {
        backend: Extractor.from_pretrained(folder, backend=backend, min_score=0).extract(TEXT)
        for backend in ("onnx", "torch")
    }
    calibration = Calibration(0.7, -1.25)
    calibration.write(folder)
    for backend in plain:
        extractor = Extractor.from_pretrained(folder, backend=backend)
        document = extractor.extract(TEXT)
        own = extractor.calibrated(None).extract(TEXT)
        assert [(e.text, e.label) for e in document.entities] == [
            (e.text, e.label) for e in plain[backend].entities
        ]
        assert [e.score for e in document.entities] == [calibration(e.score) for e in own.entities]


def test_mentions_below_the_least_score_are_left_out(folder):
    every = Extractor.from_pretrained(folder).extract(TEXT).entities
    least = sorted(entity.score for entity in every if entity.label == "COUNTRY")[1]
    Calibration(min_scores={"COUNTRY": least}).write(folder)
    kept = [e for e in every if e.label != "COUNTRY" or e.score >= least]
    assert len(kept) < len(every)
    assert Extractor.from_pretrained(folder).extract(TEXT).entities == tuple(kept)
    assert Extractor.from_pretrained(folder, min_score=0).extract(TEXT).entities == every
    assert Extractor.from_pretrained(folder, min_score=1).extract(TEXT).entities == ()
    with pytest.raises(ValueError, match="min_score of COUNTRY must be from 0 to 1, not 2"):
        Extractor.from_pretrained(folder, min_score=2)


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=40), st.integers(0, 20))
def test_the_best_least_score_leaves_out_nothing_that_pays(pairs, missed):
    scores, right = [score for score, _ in pairs], [is_right for _, is_right in pairs]
    wanted = sum(right) + missed

    def f1(least):
        kept = [is_right for score, is_right in pairs if score >= least]
        return 2 * sum(kept) / max(len(kept) + wanted, 1)

    best = best_min_score(scores, right, wanted)
    enough = max(map(f1, MIN_SCORES)) - SLACK
    assert f1(best) >= enough
    assert all(f1(least) < enough for least in MIN_SCORES if least < best)


def test_a_fitted_calibration_keeps_the_least_scores_of_what_was_expected():
    expected = Calibration(0.8, -1, {"MONEY": 0.35})
    assert fit([0.9, 0.2], [True, False], expected).min_scores == {"MONEY": 0.35}


def test_writing_leaves_the_rest_of_the_configuration(folder):
    before = json.loads((folder / "config.json").read_text())
    Calibration(0.7, -1).write(folder)
    Calibration(0.8, -2).write(folder)
    after = json.loads((folder / "config.json").read_text())
    written = {"slope": 0.8, "intercept": -2, "min_scores": {}}
    assert after["geoner"].pop("calibration") == written
    assert after == before


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"slope": 0}, "slope must be more than 0, not 0"),
        ({"slope": -1.5, "intercept": 0}, "slope must be more than 0"),
        ({"slope": "steep"}, "slope must be a number, not 'steep'"),
        ({"slope": True}, "slope must be a number, not True"),
        ({"intercept": float("nan")}, "intercept must be a number, not nan"),
        ({"intercept": 10**400}, "too large"),
        ({"intercept": None}, "intercept must be a number, not None"),
        ({"min_scores": {"MONEY": 1.5}}, "min_score of MONEY must be from 0 to 1, not 1.5"),
        ({"min_scores": {"MONEY": "low"}}, "min_score of MONEY must be a number, not 'low'"),
        ({"min_scores": 0.5}, "min_scores must be by label, not 0.5"),
        ({"bias": 1}, "bias"),
        ([1, 2], "mapping"),
        (None, "mapping"),
    ],
)
def test_a_calibration_that_makes_no_sense_is_refused(folder, wrong, said):
    config = json.loads((folder / "config.json").read_text())
    config["geoner"]["calibration"] = wrong
    (folder / "config.json").write_text(json.dumps(config))
    with pytest.raises(ModelError, match=rf"config\.json: its calibration is wrong .*{said}"):
        Extractor.from_pretrained(folder)
