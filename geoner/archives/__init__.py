"""Archives on one machine: files, folders and patterns in, JSON Lines or Parquet out.

`extract_archive` does all of it: in several processes, going on where it was killed, with bad
records set aside. The other names are its parts.
"""

from geoner.archives.archive import (
    OUTPUT_FORMATS,
    Summary,
    extract_archive,
    interrupted,
    output_format_of,
)
from geoner.archives.extraction import Extraction, extract_documents, extract_rows, row
from geoner.archives.fields import Fields
from geoner.archives.files import INPUT_FORMATS, ArchiveFile, find_files
from geoner.archives.reading import read_records
from geoner.archives.record import STDIN, BadRecord, Position, Record, place_of

__all__ = [
    "INPUT_FORMATS",
    "OUTPUT_FORMATS",
    "STDIN",
    "ArchiveFile",
    "BadRecord",
    "Extraction",
    "Fields",
    "Position",
    "Record",
    "Summary",
    "extract_archive",
    "extract_documents",
    "extract_rows",
    "find_files",
    "interrupted",
    "output_format_of",
    "place_of",
    "read_records",
    "row",
]
