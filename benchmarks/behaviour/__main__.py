"""What the model gets right and wrong, behaviour by behaviour.

python -m benchmarks.behaviour [--model DIR] [--json F] [--markdown F]

Rules: texts marked as the labelling rules have it. Invariance: a change that keeps the labels,
such as another country's name. Direction: a pair of texts whose small difference changes a label.
A case passes when all spans of its texts are exactly right; under invariance, when the changed
text has the spans of the original, moved along. Every behaviour with a failing case is listed.

The method is CheckList's: Ribeiro et al. (2020), "Beyond Accuracy: Behavioral Testing of NLP
Models with CheckList". All figures are in per cent. The exit code is 1 if a bar is missed.
"""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks.behaviour.measure import all_behaviours, measure
from benchmarks.behaviour.report import as_data, bars, report, summary
from benchmarks.report import parser, write_json
from geoner import Extractor, GeonerError
from geoner.files import whole_file


def main() -> None:
    arguments = parser("behaviour", __doc__, "all failing cases")
    arguments.add_argument("--markdown", metavar="F", help="write the report with examples")
    options = arguments.parse_args()
    try:
        results = measure(Extractor.from_pretrained(options.model), all_behaviours())
    except GeonerError as error:
        sys.exit(f"benchmarks.behaviour: {error}")
    met = bars(results)
    print(summary(results))
    if options.json:
        write_json(options.json, {"behaviours": as_data(results), "bars": met})
    if options.markdown:
        with whole_file(Path(options.markdown)) as file:
            file.write(report(results))
    sys.exit(not all(met.values()))


if __name__ == "__main__":
    main()
