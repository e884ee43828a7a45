"""`geoner train` as a user runs it: what it refuses, what it leaves, how it goes on."""

import json
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import asdict

import pytest

from geoner import (
    Extractor,
    GeonerError,
    Hyperparameters,
    evaluate,
    read_articles,
    write_articles,
)
from geoner.analysis import judged_scores
from geoner.calibration import Calibration, fit
from geoner.cli import main
from geoner.selection import set_aside

from .ships import ships, write_tiny_base
from .test_finetune import MODEL_FILES

GOOD = {"id": "a", "text": "Mali", "entities": [{"start": 0, "end": 4, "label": "COUNTRY"}]}


def spoiled(**changes):
    return json.dumps({**GOOD, **changes})


def entities(*spans):
    return [{"start": start, "end": end, "label": label} for start, end, label in spans]


def names(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.jsonl", "", "a.jsonl: empty: it holds no article"),
        ("a.jsonl", '{"id": "a"', "a.jsonl:2: not JSON"),
        ("a.jsonl", spoiled(entities=entities((0, 9, "X"))), "a.jsonl:2: entities[0]: offsets 0:9"),
        (
            "a.jsonl",
            spoiled(entities=entities((0, 3, "X"), (2, 4, "X"))),
            "a.jsonl:2: entities: entity 'li' at 2:4 overlaps another",
        ),
        (
            "a.jsonl",
            spoiled(text="Cafe\u0301", entities=entities((0, 4, "X"))),
            "a.jsonl:2: entities[0]: offsets 0:4 split the character",
        ),
        (
            "a.jsonl",
            spoiled(entities=entities((0, 4, "Country"))),
            "a.jsonl:2: entities[0]: label 'Country' is not spelled as 'COUNTRY', which the base",
        ),
        ("a.jsonl", spoiled(entities=[]), "no training article carries a label"),
        ("a.jsonl", json.dumps({"id": "a", "body": "Mali"}), "a.jsonl:2: field 'text' is missing"),
        ("a.conll", "Mali B-C\nacts O O\n", "a.conll:2: expected a word and its tag, in 2 columns"),
        ("a.conll", "", "a.conll: no words"),
        ("a.txt", "", "a.txt:1: no blank line between header and text"),
        ("a.txt", "id: a\n\n[Mali](X", "a.txt:3: expected [words](LABEL)"),
        ("a.json", "[", "a.json:1: not JSON"),
    ],
)
def test_bad_articles_are_named_before_training(tmp_path, capsys, name, content, said):
    # the fault stands in the second line, so that lines are seen to be counted
    if name == "a.jsonl" and content and said != "no training article carries a label":
        content = json.dumps(GOOD) + "\n" + content
    (tmp_path / name).write_text(content, encoding="utf-8")
    output = tmp_path / "model"
    assert main(["train", str(tmp_path / name), "--output", str(output)]) == 1
    assert said in capsys.readouterr().err
    assert names(tmp_path) == [name]


def test_unknown_columns_are_named(tmp_path, capsys):
    import pyarrow
    import pyarrow.parquet

    path = tmp_path / "a.parquet"
    pyarrow.parquet.write_table(pyarrow.table({"sentence": ["Mali"]}), path)
    assert main(["train", str(path), "--output", str(tmp_path / "model")]) == 1
    assert "a.parquet: unknown columns sentence" in capsys.readouterr().err


def test_an_unknown_label_is_named(tmp_path, capsys):
    write_articles(ships(2), tmp_path / "a.jsonl")
    arguments = ["--output", str(tmp_path / "model"), "--labels", "COUNTRY"]
    assert main(["train", str(tmp_path / "a.jsonl"), *arguments]) == 1
    assert "a.jsonl:1: entities[0]: label 'SHIP' is none of COUNTRY" in capsys.readouterr().err


def test_the_fast_model_is_no_base(tmp_path, capsys):
    write_articles(ships(2), tmp_path / "a.jsonl")
    arguments = ["--output", str(tmp_path / "model"), "--base", "fast"]
    assert main(["train", str(tmp_path / "a.jsonl"), *arguments]) == 1
    assert "model.safetensors is missing" in capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.jsonl"]


@pytest.mark.parametrize(
    ("name", "value"),
    [("batch_size", 0), ("weight_decay", -1), ("shape_dropout", 1.5), ("seed", -1)],
)
def test_a_hyperparameter_that_makes_no_sense_is_named(name, value):
    with pytest.raises(GeonerError, match=f"^{name} .*{value}"):
        Hyperparameters(**{name: value})


def test_hyperparameters_are_named(tmp_path, capsys):
    write_articles(ships(2), tmp_path / "a.jsonl")
    arguments = ["--output", str(tmp_path / "model"), "--epochs", "0"]
    assert main(["train", str(tmp_path / "a.jsonl"), *arguments]) == 1
    assert "epochs must be more than 0" in capsys.readouterr().err


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    """A folder with a base that trains in seconds, and articles."""
    folder = tmp_path_factory.mktemp("tiny")
    write_tiny_base(folder / "base")
    write_articles(ships(30), folder / "ships.jsonl")
    return folder


def command(tiny, output, *more):
    return [
        *("train", str(tiny / "ships.jsonl"), "--base", str(tiny / "base"), "--epochs", "6"),
        *("--lr", "0.005", "--output", str(output), *more),
    ]


def in_a_process(arguments):
    return subprocess.Popen(
        [sys.executable, "-m", "geoner", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture(scope="module")
def whole(tiny):
    """A model that was trained without interruption, and what was said."""
    process = in_a_process(command(tiny, tiny / "whole"))
    out, err = process.communicate()
    assert process.returncode == 0, err
    return tiny / "whole", out, err


def test_a_killed_run_goes_on_to_the_same_figures(tiny, whole, capsys):
    folder, out, _ = whole
    process = in_a_process(command(tiny, tiny / "cut"))
    checkpoints = tiny / "cut.checkpoints"
    while not list(checkpoints.glob("*/checkpoint-*/trainer_state.json")):
        assert process.poll() is None, process.communicate()[1]
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert not (tiny / "cut").exists()

    assert main(command(tiny, tiny / "cut")) == 1
    assert "an interrupted run stands in" in capsys.readouterr().err
    assert main(command(tiny, tiny / "cut", "--resume", "--seed", "7")) == 1
    assert "had other hyperparameters" in capsys.readouterr().err

    process = in_a_process(command(tiny, tiny / "cut", "--resume"))
    resumed, err = process.communicate()
    assert process.returncode == 0, err
    assert "epoch 1/6" not in err
    assert resumed.replace("cut", "whole") == out
    for name in ("model.safetensors", "model.onnx", "README.md"):
        assert (tiny / "cut" / name).read_bytes() == (folder / name).read_bytes()
    assert not checkpoints.exists()


def test_a_run_killed_while_it_writes_goes_on(tiny, whole):
    process = in_a_process(command(tiny, tiny / "late"))
    checkpoints = tiny / "late.checkpoints"
    for line in process.stderr:
        if "writing the model" in line:
            break
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert main(command(tiny, tiny / "late", "--resume")) == 0
    folder, _, _ = whole
    assert (tiny / "late" / "README.md").read_bytes() == (folder / "README.md").read_bytes()
    assert not checkpoints.exists()


def test_the_card_says_what_the_written_model_does(tiny, whole):
    folder, out, err = whole
    assert names(folder) == MODEL_FILES
    train, dev = set_aside(read_articles(tiny / "ships.jsonl"), 13)
    report = evaluate(Extractor.from_pretrained(folder), dev)
    card = (folder / "README.md").read_text(encoding="utf-8")
    for name in ("COUNTRY", "SHIP", "micro avg"):
        row = report[name]
        shown = " | ".join(f"{100 * row[key]:.1f}" for key in ("precision", "recall", "f1-score"))
        assert f"| {name} | {shown} | " in card
    assert report["micro avg"]["f1-score"] > 0.5  # so that the figures above say something
    assert f"f1 {100 * report['micro avg']['f1-score']:.1f}" in out
    assert f"| train | {len(train)} | " in card
    assert "6 of 30 articles set aside to choose the best epoch on: " in err
    assert f"scores are off by {100 * report.reliability[1]:.1f} per cent" in card
    assert "![Precision, recall and F1 by --min-score](min_score.svg)" in card
    assert (folder / "min_score.svg").read_text(encoding="utf-8").startswith("<svg ")


def calibration_of(folder):
    return json.loads((folder / "config.json").read_text())["geoner"]["calibration"]


def test_scores_are_calibrated_and_begin_where_those_of_the_base_were(tiny, whole):
    folder, _, _ = whole
    base = tiny / "calibrated-base"
    shutil.copytree(tiny / "base", base)
    Calibration(0.5, -3).write(base)
    assert main([*command(tiny, tiny / "again"), "--base", str(base)]) == 0
    assert (tiny / "again" / "model.onnx").read_bytes() == (folder / "model.onnx").read_bytes()

    own = Extractor.from_pretrained(folder).calibrated(None)
    _, dev = set_aside(read_articles(tiny / "ships.jsonl"), 13)
    evaluation = evaluate(own, dev)
    scores, right = judged_scores(evaluation.gold, evaluation.predicted)
    assert calibration_of(folder) == asdict(fit(scores, right))
    assert calibration_of(tiny / "again") == asdict(fit(scores, right, Calibration(0.5, -3)))
    assert calibration_of(folder) != calibration_of(tiny / "again")


def test_a_base_whose_calibration_makes_no_sense_is_refused_first(tiny, tmp_path, capsys):
    shutil.copytree(tiny / "base", tmp_path / "base")
    config = json.loads((tmp_path / "base" / "config.json").read_text())
    config["geoner"]["calibration"] = {"slope": -1}
    (tmp_path / "base" / "config.json").write_text(json.dumps(config))
    assert main([*command(tiny, tmp_path / "model"), "--base", str(tmp_path / "base")]) == 1
    assert "config.json: its calibration is wrong (slope must be" in capsys.readouterr().err
    assert names(tmp_path) == ["base"]


def test_a_learning_curve_is_drawn_and_written(tiny, capsys):
    arguments = command(tiny, tiny / "curve", "--curve", "6,50%,999", "--epochs", "2")
    assert main(arguments) == 0
    points = json.loads((tiny / "curve" / "learning_curve.json").read_text())
    assert [point["articles"] for point in points] == [6, 12, 24]
    assert set(points[-1]["f1-score"]) == {"COUNTRY", "SHIP", "micro avg"}
    assert (tiny / "curve" / "learning_curve.png").read_bytes().startswith(b"\x89PNG")
    assert "| 24 | " in (tiny / "curve" / "README.md").read_text(encoding="utf-8")
    assert "| articles | " in capsys.readouterr().out


def test_a_curve_that_makes_no_sense_is_named(tiny, tmp_path, capsys):
    assert main(command(tiny, tmp_path / "model", "--curve", "10,many")) == 1
    assert "curve: 'many' is neither a number of articles" in capsys.readouterr().err


def test_replay_keeps_the_labels_of_the_corpus_apart(tiny, capsys):
    arguments = command(tiny, tiny / "replayed", "--replay", "seeds", "--epochs", "1")
    assert main(arguments) == 0
    extractor = Extractor.from_pretrained(tiny / "replayed")
    assert extractor.labels == ("COUNTRY", "OFFICIAL", "AGREEMENT", "MONEY", "SHIP")
    card = (tiny / "replayed" / "README.md").read_text(encoding="utf-8")
    assert "dev articles of the replayed corpus" in card
    assert "| replayed | 40 | " in card
    assert "40 articles mixed in from seeds" in capsys.readouterr().err


def test_several_processes_write_one_model(tiny):
    done = subprocess.run(
        [
            *(sys.executable, "-m", "accelerate.commands.launch", "--cpu", "--num_processes", "2"),
            *("-m", "geoner", *command(tiny, tiny / "several", "--epochs", "2")),
        ],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("on dev, precision") == 1
    assert "model.onnx" in names(tiny / "several")
    assert not (tiny / "several.checkpoints").exists()


def test_force_replaces_a_model_and_nothing_else(tiny, whole, capsys):
    folder, _, _ = whole
    assert main(command(tiny, folder)) == 1
    assert "exists already; choose another folder, or" in capsys.readouterr().err
    before = (folder / "model.onnx").read_bytes()
    assert main(command(tiny, folder, "--force", "--labels", "NONE")) == 1
    assert (folder / "model.onnx").read_bytes() == before
    assert main(command(tiny, folder, "--force", "--epochs", "1")) == 0
    assert (folder / "model.onnx").read_bytes() != before
