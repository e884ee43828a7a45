"""The command line: parses, calls, prints."""

from __future__ import annotations

import argparse
import io
import json
import math
import os
import shutil
import signal
import sys
import threading
import warnings
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from itertools import chain, islice
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn, TextIO, TypeAlias

import geoner
from geoner.archives import (
    INPUT_FORMATS,
    OUTPUT_FORMATS,
    STDIN,
    BadRecord,
    Extraction,
    Fields,
    Record,
    extract_archive,
    extract_documents,
    find_files,
    interrupted,
    output_format_of,
    place_of,
    read_records,
    row,
)
from geoner.articles import FORMATS
from geoner.document import Document
from geoner.errors import FormatWarning, GeonerError
from geoner.escapes import json_text, visible
from geoner.files import whole_file
from geoner.finetune import CURVE_JSON
from geoner.inference import BACKENDS
from geoner.schema import LABELS

# argparse itself exits with 2 for wrong usage
EXIT_OK, EXIT_FAILED, EXIT_BAD_RECORDS, EXIT_INTERRUPTED, EXIT_PIPE = 0, 1, 3, 130, 141

Documents: TypeAlias = Iterator[tuple[Record, Document]]

_ARTICLES = "a file or folder of labelled articles: inline marks, JSON Lines, CoNLL, brat, ..."


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command line.

    Returns:
        0 if all went well, 1 if something failed (said on standard error), 2 for wrong
        usage, 3 if all is written but for bad records (said in the file for errors), 130 if
        interrupted, 141 if the reader of the output went away.

    Raises:
        SystemExit: with 0 for --help and --version, 2 for wrong usage, 128 and the number of a
            signal that asked it to end.
    """
    options = _parser().parse_args(arguments)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        with _stoppable(), _notes():
            code = int(options.command(options))
            if sys.stdout is not None:
                sys.stdout.flush()
    except GeonerError as error:
        if options.debug:
            raise
        _complain(str(error))
        return EXIT_FAILED
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    except OSError as error:
        if error.filename is not None:  # not of standard output, which has no name
            _complain(f"{error.filename}: {error.strerror}")
            return EXIT_FAILED
        # keeps Python from complaining again when it flushes at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):
            return EXIT_PIPE
        _complain(f"standard output: cannot be written ({error.strerror})")
        return EXIT_FAILED
    return code


@contextmanager
def _stoppable() -> Iterator[None]:
    """Lets a signal that asks to end unwind what was begun, as Ctrl-C does, so that no draft of a
    file is left behind; one that is ignored, as under nohup, stays so."""

    def stop(number: int, _: FrameType | None) -> NoReturn:
        signal.signal(number, signal.SIG_IGN)  # once is enough
        raise SystemExit(128 + number)

    kept = []
    if threading.current_thread() is threading.main_thread():
        for name in ("SIGTERM", "SIGHUP"):  # Windows has no SIGHUP
            number = getattr(signal, name, None)
            if number is not None and signal.getsignal(number) is signal.SIG_DFL:
                kept.append(number)
                signal.signal(number, stop)
    try:
        yield
    finally:
        for number in kept:
            signal.signal(number, signal.SIG_DFL)


@contextmanager
def _notes() -> Iterator[None]:
    """Says what a format does not hold in one line, without the line of code."""
    with warnings.catch_warnings():
        warnings.simplefilter("always", FormatWarning)
        show = warnings.showwarning

        def note(
            message: Warning | str,
            category: type[Warning],
            filename: str,
            lineno: int,
            file: TextIO | None = None,
            line: str | None = None,
        ) -> None:
            if issubclass(category, FormatWarning):
                _complain(f"note: {message}")
            else:
                show(message, category, filename, lineno, file, line)

        warnings.showwarning = note
        yield


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="geoner", description="Countries, officials, agreements and amounts in news text."
    )
    parser.add_argument("--version", action="version", version=f"geoner {geoner.__version__}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    common = argparse.ArgumentParser(add_help=False)
    common.add_argument(
        "--model", metavar="DIR", help="a model folder, or fast; default: the shipped one"
    )
    common.add_argument("--backend", choices=BACKENDS, default="auto", help="what runs the model")
    common.add_argument("--device", default="auto", help="cpu, cuda, ...; default: %(default)s")
    common.add_argument("--debug", action="store_true", help="show a traceback for an error")

    _add_extract(commands, common)

    evaluate = commands.add_parser(
        "evaluate",
        parents=[common],
        help="measure a model on labelled articles",
        description="Strict precision, recall and F1 (seqeval) on labelled articles, their "
        "bootstrap intervals, and the kinds of error; needs geoner[train]. With --values: values "
        "and groups against labelled ones, on the labelled mentions and on those that the model "
        "finds.",
    )
    evaluate.add_argument("articles", metavar="ARTICLES", help=_ARTICLES)
    evaluate.add_argument(
        "--values", metavar="VALUES", help="labelled values and groups of the articles, JSON Lines"
    )
    evaluate.add_argument("--split", metavar="NAME", help="only the articles of this split")
    evaluate.add_argument(
        "--label",
        action="append",
        metavar="LABEL",
        help="only this label, where the articles carry no others; may be repeated",
    )
    evaluate.add_argument(
        "--compare", metavar="DIR", help="a second model; says whether the difference is real"
    )
    evaluate.add_argument(
        "--by",
        action="append",
        default=[],
        metavar="FIELD",
        help="also the figures by value of a header field, such as style; may be repeated",
    )
    evaluate.add_argument("--json", metavar="REPORT", help="also write the report as JSON")
    evaluate.add_argument(
        "--html", metavar="REPORT", help="also write a page with every error in its sentence"
    )
    evaluate.set_defaults(command=_evaluate)

    _add_train(commands)

    check = commands.add_parser(
        "check",
        help="check labelled articles against the guidelines",
        description="Reports, by file and line, what breaks the format or the labelling "
        "guidelines; exits with 1 if there is anything. A finding that is right as it stands is "
        'answered by a header line: ok: RULE "TEXT" reason',
    )
    check.add_argument("articles", metavar="ARTICLES", help=_ARTICLES)
    check.add_argument(
        "--label", action="append", metavar="LABEL", help="a label that may occur; may be repeated"
    )
    check.add_argument("--debug", action="store_true", help="show a traceback for an error")
    check.set_defaults(command=_check)

    convert = commands.add_parser(
        "convert",
        help="turn labelled articles into another format",
        description="Reads labelled articles and writes them in another format.",
    )
    convert.add_argument("input", metavar="IN", help=_ARTICLES)
    convert.add_argument(
        "output",
        metavar="OUT",
        help="F.jsonl, F.conll, F.json (Label Studio), F.txt for one article, or a folder",
    )
    convert.add_argument(
        "--from",
        dest="from_format",
        choices=FORMATS,
        help="how IN is written; default: told from its name and content",
    )
    convert.add_argument(
        "--to", dest="to_format", choices=FORMATS, help="how to write OUT; default: by its name"
    )
    convert.add_argument("--split", metavar="NAME", help="only the articles of this split")
    convert.add_argument("--debug", action="store_true", help="show a traceback for an error")
    convert.set_defaults(command=_convert)
    return parser


def _add_extract(commands: Any, common: argparse.ArgumentParser) -> None:
    extract = commands.add_parser(
        "extract",
        parents=[common],
        help="find the mentions in texts",
        description="Finds the mentions in texts (UTF-8): files, folders, quoted patterns such as "
        "'news/**/*.jsonl.gz', or standard input (-). What a file holds is told by its name: JSON "
        "Lines (.jsonl, .ndjson), CSV with a header (.csv, .tsv) or Parquet (.parquet) with an "
        "article a record, anything else a text; .gz, .bz2, .xz and .zst are unpacked. Parquet and "
        ".zst need geoner[archives].",
        epilog="With --output, the file appears only when all of it is written. As JSON Lines or "
        "Parquet it may be interrupted at any moment: until it is there, F.part and F.checkpoint "
        "stand beside it, and --resume goes on. Exit codes: 0 all went well; 1 something failed, "
        "as standard error says; 2 wrong usage; 3 all is written but for the records in the "
        "--errors file; 130 interrupted.",
    )
    extract.add_argument("files", nargs="*", metavar="FILE", default=["-"])
    extract.add_argument(
        "--format",
        choices=(*_WRITERS, "parquet"),
        help="default: what the name of --output says (.jsonl, .parquet, .json, .html), else table",
    )
    extract.add_argument(
        "--label", action="append", metavar="LABEL", help="only this label; may be repeated"
    )
    extract.add_argument(
        "--min-score",
        type=_probability,
        metavar="P",
        help="only scores from P, 0 to 1; default: as the model has it, 0 gives all",
    )
    extract.add_argument(
        "--output",
        metavar="F",
        help="write to a file, not standard output; F.jsonl.gz and the like are compressed",
    )
    records = extract.add_argument_group("records")
    records.add_argument(
        "--from",
        dest="from_format",
        choices=INPUT_FORMATS,
        help="what the files hold; default: by their names",
    )
    records.add_argument(
        "--text-field",
        default="text",
        metavar="NAME",
        help="the field or column of the text; default: %(default)s",
    )
    records.add_argument(
        "--id-field",
        default="id",
        metavar="NAME",
        help="the field or column that is kept as id; default: %(default)s",
    )
    records.add_argument(
        "--errors",
        metavar="E",
        help="a file for what cannot be read, JSON Lines; default: said on standard error",
    )
    archives = extract.add_argument_group("archives, with --output as JSON Lines or Parquet")
    archives.add_argument(
        "--workers", type=_count, default=1, metavar="N", help="processes; default: %(default)s"
    )
    archives.add_argument(
        "--progress",
        action=argparse.BooleanOptionalAction,
        help="a progress bar on standard error; default: if that is a terminal",
    )
    again = archives.add_mutually_exclusive_group()
    again.add_argument(
        "--resume", action="store_true", help="go on with an interrupted run, if there is one"
    )
    again.add_argument("--force", action="store_true", help="throw an interrupted run away")
    extract.set_defaults(command=_extract, wrong=extract.error)


def _add_train(commands: Any) -> None:
    train = commands.add_parser(
        "train",
        help="fine-tune a model on labelled articles",
        description="Trains a model on labelled articles and writes a folder that `geoner extract "
        "--model` runs in the light install. Needs geoner[train]. On several GPUs: accelerate "
        "launch -m geoner train ...",
    )
    train.add_argument("train", metavar="TRAIN", help=_ARTICLES)
    train.add_argument(
        "--dev",
        metavar="DEV",
        help="articles to choose the best epoch on; default: those of TRAIN whose split is dev, "
        "or a fifth of it",
    )
    train.add_argument("--output", metavar="DIR", required=True, help="the model folder to write")
    train.add_argument("--base", metavar="DIR", help="where to start; default: the shipped model")
    train.add_argument(
        "--replay",
        metavar="ARTICLES",
        help='"seeds", the corpus that comes with geoner, or other articles to mix in, so that '
        "the model does not forget what it knew",
    )
    train.add_argument(
        "--labels", type=_listed, metavar="A,B", help="the labels that may occur; default: any"
    )
    train.add_argument(
        "--curve",
        type=_listed,
        default=[],
        metavar="10,25,50%",
        help="also train on so many articles, or such parts of them, and draw how F1 grows",
    )
    defaults = geoner.Hyperparameters()
    train.add_argument("--epochs", type=int, default=defaults.epochs, metavar="N")
    train.add_argument("--lr", type=float, default=defaults.learning_rate, metavar="X")
    train.add_argument(
        "--batch-size", type=int, metavar="N", help="default: 8, or fewer for few articles"
    )
    train.add_argument(
        "--patience",
        type=int,
        default=defaults.patience,
        metavar="N",
        help="stop after so many epochs without a better one; default: %(default)s",
    )
    train.add_argument("--seed", type=int, default=defaults.seed, metavar="N")
    train.add_argument("--resume", action="store_true", help="go on with an interrupted run")
    train.add_argument("--force", action="store_true", help="replace DIR, or start over")
    train.add_argument(
        "--from", dest="from_format", choices=FORMATS, help="how TRAIN and DEV are written"
    )
    train.add_argument("--debug", action="store_true", help="show a traceback for an error")
    train.set_defaults(command=_train)


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _probability(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 0 to 1")
    return value


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1")
    return int(text)


def _load(options: argparse.Namespace) -> geoner.Extractor:
    return geoner.Extractor.from_pretrained(
        options.model, backend=options.backend, device=options.device
    )


def _extract(options: argparse.Namespace) -> int:
    ending = Path(options.output or "").suffix
    if options.format is None and ending in _NO_OUTPUT:
        options.wrong(f"no {ending} is written; say --format, or name a .jsonl, .parquet or .html")
    said = output_format_of(options.output or "") or _ENDINGS.get(ending)
    options.format = options.format or said or "table"
    if options.format in OUTPUT_FORMATS and options.output and not _is_device(options.output):
        return _extract_archive(options)
    if options.format == "parquet":
        options.wrong("--format parquet needs --output and a file")
    if options.workers > 1 or options.resume or options.force or options.progress:
        options.wrong(
            "--workers, --progress, --resume and --force need an --output as JSON Lines or Parquet"
        )
    return _extract_stream(options)


def _is_device(name: str) -> bool:
    """Whether a name is of something else than a file, which is written to as it is."""
    return Path(name).exists() and not Path(name).is_file()


def _extract_archive(options: argparse.Namespace) -> int:
    def say(bad: BadRecord) -> None:
        _complain(str(bad))

    try:
        summary = extract_archive(
            options.files,
            options.output,
            output_format=options.format,
            input_format=options.from_format,
            text_field=options.text_field,
            id_field=options.id_field,
            model=options.model,
            backend=options.backend,
            device=options.device,
            labels=options.label,
            min_score=options.min_score,
            workers=options.workers,
            errors=options.errors,
            resume=options.resume,
            force=options.force,
            progress=_is_terminal(sys.stderr) if options.progress is None else options.progress,
            on_bad=None if options.errors else say,
        )
    except (KeyboardInterrupt, SystemExit):
        left = interrupted(options.output)
        if left is not None:
            count = _counted(left.articles, "article")
            _complain(f"{options.output}: {count} so far; the same with --resume goes on")
        raise
    if summary.done_before:
        _complain(
            f"{options.output}: is there, and no run of it was interrupted: nothing to go on with"
        )
    if not summary.bad:
        return EXIT_OK
    if options.errors is None:
        return EXIT_FAILED
    _complain(f"{options.errors}: {_counted(summary.bad, 'record')} could not be read")
    return EXIT_BAD_RECORDS


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _is_terminal(stream: TextIO | None) -> bool:
    return stream is not None and stream.isatty()


def _extract_stream(options: argparse.Namespace) -> int:
    extraction = Extraction(
        model=options.model,
        backend=options.backend,
        device=options.device,
        labels=None if options.label is None else tuple(options.label),
        min_score=options.min_score,
    )
    fields = Fields(options.text_field, options.id_field)
    items = read_records(find_files(options.files, options.from_format), fields)
    failed = False

    def documents() -> Documents:
        nonlocal failed
        for found in extract_documents(items, extraction):
            if isinstance(found, tuple):
                yield found
                continue
            failed = True
            if errors is None:
                _complain(str(found))
            else:
                errors.write(json_text(found.to_dict()) + "\n")

    with ExitStack() as open_files:
        out = open_files.enter_context(_output(options.output))
        errors = open_files.enter_context(_output(options.errors)) if options.errors else None
        _WRITERS[options.format](documents(), out)
    if not failed:
        return EXIT_OK
    return EXIT_BAD_RECORDS if options.errors else EXIT_FAILED


@contextmanager
def _output(name: str | None) -> Iterator[TextIO]:
    """Standard output, or a file that appears only when all of it is written."""
    if name is None:
        yield _standard_output()
        return
    try:
        with whole_file(name) as file:
            yield file
    except OSError as error:
        if error.filename != name:
            raise
        raise GeonerError(f"{name}: cannot be written ({error.strerror})") from error


def _standard_output() -> TextIO:
    if sys.stdout is None:
        raise GeonerError("standard output: cannot be written (it is closed)")
    return sys.stdout


def _write_table(documents: Documents, out: TextIO) -> None:
    from geoner.render import table

    colour = out.isatty() and "NO_COLOR" not in os.environ  # as no-color.org has it
    width = shutil.get_terminal_size().columns
    for record, document in documents:
        out.write(table(document, _heading(record), width=width, colour=colour))


def _write_jsonl(documents: Documents, out: TextIO) -> None:
    for record, document in documents:
        out.write(json_text(row(record, document)) + "\n")


def _write_json(documents: Documents, out: TextIO) -> None:
    separator = "["
    for record, document in documents:
        out.write(separator + "\n" + json_text(row(record, document), 2))
        separator = ","
    out.write("\n]\n" if separator == "," else "[]\n")


def _write_html(documents: Documents, out: TextIO) -> None:
    from geoner.render import page

    first = list(islice(documents, 2))
    title = _heading(first[0][0]) if len(first) == 1 else None
    named = ((_heading(record), document) for record, document in chain(first, documents))
    for part in page(named, title or "geoner"):
        out.write(part)


def _heading(record: Record) -> str | None:
    """What stands over an article, where there may be several."""
    return None if record.file == STDIN and record.line is None else place_of(record)


#: What the name of an output says, besides JSON Lines and Parquet.
_ENDINGS = {".json": "json", ".html": "html"}

#: Endings of spreadsheets, for which a table for people would be taken.
_NO_OUTPUT = (".csv", ".tsv", ".xlsx")

_WRITERS = {
    "table": _write_table,
    "json": _write_json,
    "jsonl": _write_jsonl,
    "html": _write_html,
}


def _evaluate(options: argparse.Namespace) -> int:
    if options.values:
        return _evaluate_values(options)
    from geoner.evaluate import require_fields
    from geoner.report import format_comparison, format_evaluation

    articles = geoner.read_articles(options.articles, options.split)
    require_fields(articles, options.by)
    evaluation = geoner.evaluate(_load(options), articles, labels=options.label)
    _say(format_evaluation(evaluation, options.by))
    other = None
    if options.compare:
        extractor = geoner.Extractor.from_pretrained(
            options.compare, backend=options.backend, device=options.device
        )
        other = geoner.evaluate(extractor, articles, labels=options.label)
        _say(format_comparison(evaluation.compared(other), options.compare))
    if options.json:
        with _output(options.json) as out:
            out.write(json_text(evaluation.to_dict(other, options.by), 2) + "\n")
    if options.html:
        name = options.model or "the shipped model"
        with _output(options.html) as out:
            out.write(evaluation.to_html(other, options.by, name, options.compare or ""))
    return EXIT_OK


def _evaluate_values(options: argparse.Namespace) -> int:
    from geoner.values import scoring

    if options.compare:
        raise GeonerError("--compare compares what is found, not values; leave out --values")
    articles, labelled = scoring.chosen(
        geoner.read_articles(options.articles, options.split), options.values
    )
    found = list(_load(options).extract_many([article.text for article in articles]))
    scores = {
        "on the labelled mentions": scoring.on_labelled_spans(articles),
        "on the mentions that the model finds": found,
    }
    report = {}
    for name, documents in scores.items():
        result = scoring.score(documents, labelled)
        report[name] = scoring.to_dict(result)
        _say(f"{name}, {len(articles)} articles\n\n{scoring.format_scores(result)}\n")
    if options.json:
        with _output(options.json) as out:
            out.write(json_text(report, 2) + "\n")
    return EXIT_OK


def _train(options: argparse.Namespace) -> int:
    figures = geoner.finetune(
        options.train,
        options.dev,
        options.output,
        base=options.base,
        hyperparameters=geoner.Hyperparameters(
            epochs=options.epochs,
            learning_rate=options.lr,
            batch_size=options.batch_size,
            patience=options.patience,
            seed=options.seed,
        ),
        replay=options.replay,
        labels=options.labels,
        curve=options.curve,
        format=options.from_format,
        resume=options.resume,
        force=options.force,
    )
    if figures:
        shown = ", ".join(f"{name} {100 * figure:.1f}" for name, figure in figures.items())
        if options.curve:
            _say(_curve(Path(options.output) / CURVE_JSON))
        _say(f"{options.output}: on dev, {shown}; its card: {options.output}/README.md")
    return EXIT_OK


def _curve(path: Path) -> str:
    """A learning curve as a table."""
    from geoner.card import curve_rows

    points = json.loads(path.read_text(encoding="utf-8"))
    return "F1 on dev, per cent\n" + "\n".join(curve_rows(points))


def _check(options: argparse.Namespace) -> int:
    findings = geoner.check_articles(options.articles, options.label or LABELS)
    for finding in findings:
        _say(finding)
    count = len(findings)
    _say(f"{count} finding{'' if count == 1 else 's'}" if count else "nothing to report")
    return EXIT_FAILED if findings else EXIT_OK


def _convert(options: argparse.Namespace) -> int:
    articles = geoner.read_articles(options.input, options.split, options.from_format)
    geoner.write_articles(articles, options.output, options.to_format)
    _say(f"{len(articles)} article{'' if len(articles) == 1 else 's'}: {options.output}")
    return EXIT_OK


def _say(message: object) -> None:
    print(visible(str(message)), file=_standard_output())


def _complain(message: str) -> None:
    """Says what is wrong on standard error; where that is closed or full, nobody can be told."""
    if sys.stderr is not None:
        with suppress(OSError):
            print(visible(f"geoner: {message}"), file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
