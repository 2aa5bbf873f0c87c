#!/usr/bin/env python3
"""Converts Microsoft's article on latency between Azure regions to the table that traffic-manager ships.

    tools/latencies.py azure-network-latency.md > crates/traffic-manager/data/latencies.csv

The article is articles/networking/azure-network-latency.md of Microsoft's repository azure-docs. It has a table for
each group of destinations and, since 2026, all of it once more as CSV. Whatever of both is there is read, and has to
agree. Nothing is written unless the numbers pass every check: an edition of 2024 had rows and columns exchanged in
one of its tables, which no reader sees. Regions that an edition leaves blank are named with --missing.
"""

import argparse
import csv
import datetime
import math
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
REGIONS = os.path.join(HERE, "..", "crates", "traffic-manager", "data", "regions.csv")

# No pair of regions has come near the upper bound; the longest ways take about 350 ms.
RANGE = range(1, 501)

# How far the two directions of a pair may be apart: some milliseconds, or a part of the lesser. Both directions take
# the same cables most of the time. The medians of July 2026 differ by up to 18 %, the 95th percentiles of the same days
# by up to a half (France South to Qatar Central 110 ms, and 74 ms back): they show congestion of one direction.
ASYMMETRY_MS = 5
ASYMMETRY_OF_MEDIAN = 0.25
ASYMMETRY_OF_OTHERS = 0.6
# What is let through is still reported from here on.
ASYMMETRY_WORTH_A_NOTE = 0.1

# Light in glass makes 200 km in a millisecond, so a round trip takes a millisecond for every 100 km of distance.
ROUND_TRIP_KM_PER_MS = 100
# The numbers are rounded to whole milliseconds.
ROUNDING_MS = 1
EARTH_RADIUS_KM = 6371

HEAD = """\
# Round-trip times between Azure regions in milliseconds, from the region of the row to that of the column.
# edition: {edition}
# statistic: {statistic}
# source: Microsoft, "Azure network round-trip latency statistics", https://learn.microsoft.com/azure/networking/azure-network-latency
# licence: CC BY 4.0, https://creativecommons.org/licenses/by/4.0/
# changes: converted to a table; names of regions in short form
"""


class Refused(Exception):
    """Why the article is not converted: a list of sentences."""

    def __init__(self, problems):
        super().__init__("\n".join(problems))
        self.problems = problems


class Grid:
    """Cells by (from, to) as texts, and the regions that have a row and those that have a column."""

    def __init__(self):
        self.cells, self.rows, self.columns, self.problems = {}, set(), set(), []

    def add_row(self, line, columns, row):
        source, cells = short(row[0]), row[1:]
        if len(cells) != len(columns):
            self.problems.append(f"line {line}: {len(columns)} columns, but {len(cells)} cells")
            return
        self.rows.add(source)
        self.columns.update(columns)
        for column, cell in zip(columns, cells):
            if (source, column) in self.cells:
                self.problems.append(f"line {line}: {source} to {column} is there twice")
            self.cells[source, column] = cell


def short(name):
    """The short name of a region: westus2 for West US 2."""
    return "".join(name.split()).lower()


def statistic_of(text):
    """P50 or P95: the one that every sentence names."""
    found = {int(n) for n in re.findall(r"\bP(\d{1,2})\b", text)}
    found |= {int(n) for n in re.findall(r"\b(\d{1,2})th percentile", text)}
    if len(found) != 1:
        named = ", ".join(f"P{n}" for n in sorted(found)) or "none"
        raise Refused([f"the article has to name one statistic, and names {named}"])
    return f"P{found.pop()}"


def edition_of(text):
    """The day that the data was taken, as an ISO date."""
    found = re.search(r"dataset was taken on \W*([A-Z][a-z]+ \d+)(?:st|nd|rd|th)?, (\d{4})", text)
    if not found:
        raise Refused(["the article does not say when the dataset was taken"])
    return datetime.datetime.strptime(" ".join(found.groups()), "%B %d %Y").date().isoformat()


def tables_of(text):
    """The cells of the tables in Markdown."""
    grid, columns = Grid(), None
    for number, line in enumerate(text.splitlines(), 1):
        if not line.lstrip().startswith("|"):
            columns = None
            continue
        cells = [cell.strip() for cell in line.strip().removeprefix("|").removesuffix("|").split("|")]
        if columns is None:
            columns = [short(cell) for cell in cells[1:]]
        elif not all(re.fullmatch(r":?-+:?", cell) for cell in cells):
            grid.add_row(number, columns, cells)
    return grid


def csv_of(text):
    """The cells of the CSV in the article, which is fenced."""
    grid, columns, inside = Grid(), None, False
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("```"):
            inside, columns = line.strip() == "```csv", None
        elif inside:
            cells = [cell.strip() for cell in next(csv.reader([line]))]
            if columns is None:
                columns = [short(cell) for cell in cells[1:]]
            else:
                grid.add_row(number, columns, cells)
    return grid


def cells_of(text):
    """The cells of the article, from whichever of tables and CSV is there."""
    tables, block = tables_of(text), csv_of(text)
    problems = tables.problems + block.problems
    if tables.cells and block.cells:
        for pair in sorted(tables.cells.keys() | block.cells.keys()):
            one, other = tables.cells.get(pair, "no cell"), block.cells.get(pair, "no cell")
            if one != other:
                problems.append(f"{pair[0]} to {pair[1]}: {one or 'blank'} in a table, {other or 'blank'} in the CSV")
    grid = tables if tables.cells else block
    if not grid.cells:
        problems.append("the article has no table")
    if problems:
        raise Refused(problems)
    return grid


def numbers_of(grid, missing):
    """The milliseconds of every pair that has some. Blank are a region's own pair and what is known to be missing."""
    numbers, problems = {}, []
    regions = sorted(grid.rows | grid.columns)
    absent = sorted(missing - set(regions))
    problems += [f"{region} was to be missing, and is not in the article at all" for region in absent]
    for source in regions:
        for target in regions:
            cell = grid.cells.get((source, target), "")
            pair = f"{source} to {target}"
            if source == target:
                if cell:
                    problems.append(f"{pair}: {cell} where a region meets itself, which has to be blank")
            elif not cell:
                if not missing & {source, target}:
                    problems.append(f"{pair}: no number; name the region with --missing if Microsoft has none")
            elif not re.fullmatch(r"[0-9]+", cell) or int(cell) not in RANGE:
                problems.append(f"{pair}: {cell} is no whole number from {RANGE.start} to {RANGE.stop - 1}")
            else:
                numbers[source, target] = int(cell)
    if problems:
        raise Refused(problems)
    return regions, numbers


def read_coordinates(path):
    """Latitude and longitude in degrees for each region that they are known of."""
    with open(path, encoding="utf-8") as file:
        rows = csv.DictReader(line for line in file if not line.startswith("#"))
        return {row["region"]: (float(row["latitude"]), float(row["longitude"])) for row in rows}


def kilometres(one, other):
    """The length of the great circle between two places."""
    (lat, lon), (other_lat, other_lon) = [tuple(map(math.radians, place)) for place in (one, other)]
    half = math.sin((lat - other_lat) / 2) ** 2
    half += math.cos(lat) * math.cos(other_lat) * math.sin((lon - other_lon) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(min(1, half)))


def faster_than_light(numbers, coordinates):
    """The pairs whose number no cable could reach."""
    for (source, target), ms in sorted(numbers.items()):
        if source in coordinates and target in coordinates:
            bound = kilometres(coordinates[source], coordinates[target]) / ROUND_TRIP_KM_PER_MS
            if ms < bound - ROUNDING_MS:
                yield f"{source} to {target}: {ms} ms, but light in a straight fibre takes {bound:.0f} ms"


def asymmetries(numbers, part):
    """The pairs whose directions differ by more than some milliseconds and this part of the lesser."""
    for (source, target), ms in sorted(numbers.items()):
        back = numbers.get((target, source))
        if back is None or source > target:
            continue
        if abs(ms - back) > max(ASYMMETRY_MS, part * min(ms, back)):
            yield f"{source} to {target}: {ms} ms, and {back} ms back"


def convert(text, coordinates, missing=frozenset()):
    """The article as CSV, and notes on what is unusual in it. Raises Refused."""
    statistic, edition = statistic_of(text), edition_of(text)
    regions, numbers = numbers_of(cells_of(text), missing)
    allowed = ASYMMETRY_OF_MEDIAN if statistic == "P50" else ASYMMETRY_OF_OTHERS
    problems = list(faster_than_light(numbers, coordinates)) + list(asymmetries(numbers, allowed))
    if problems:
        raise Refused(problems)
    notes = [f"{region}: no coordinates, not compared with light" for region in regions if region not in coordinates]
    notes += [f"{region}: known to be missing" for region in sorted(missing)]
    notes += asymmetries(numbers, ASYMMETRY_WORTH_A_NOTE)
    lines = [",".join(["from", *regions])]
    for source in regions:
        lines.append(",".join([source, *(str(numbers.get((source, target), "")) for target in regions)]))
    return HEAD.format(edition=edition, statistic=statistic) + "\n".join(lines) + "\n", notes


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("article", help="the article in Markdown")
    parser.add_argument("--missing", action="append", default=[], metavar="REGION", help="a region with blank cells")
    options = parser.parse_args()
    with open(options.article, encoding="utf-8") as file:
        text = file.read()
    try:
        table, notes = convert(text, read_coordinates(REGIONS), frozenset(map(short, options.missing)))
    except Refused as refused:
        for problem in refused.problems:
            print(f"refused: {problem}", file=sys.stderr)
        return 1
    for note in notes:
        print(f"note: {note}", file=sys.stderr)
    sys.stdout.write(table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
