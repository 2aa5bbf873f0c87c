"""Tests of latencies.py: what is converted, and what is refused. The tables are made up, but for the shipped one."""

import os
import unittest

import latencies

HEAD = """
The statistics are based on the 50th percentile (P50) of these measurements.
The current dataset was taken on *April 9th, 2024*, and it covers 30 days.
"""
PLACES = {
    "northeurope": (53.3, -6.3),
    "westeurope": (52.4, 4.9),
    "northcentralus": (41.9, -87.6),
    "australiacentral": (-35.3, 149.1),
}
EUROPE = """
| Source | North Europe | West Europe |
|---|---|---|
| North Europe |  | 17 |
| West Europe | 18 |  |
| North Central US | 89 | 101 |
"""
AMERICA = """
| Source | North Central US |
|---|---|
| North Europe | 90 |
| West Europe | 100 |
| North Central US |  |
"""
CSV = """
```csv
Source,North Europe,West Europe,North Central US
North Europe,,17,90
West Europe,18,,100
North Central US,89,101,
```
"""
SHIPPED = os.path.join(os.path.dirname(latencies.REGIONS), "latencies.csv")


class Latencies(unittest.TestCase):
    def refused(self, text, *, missing=()):
        """The problems that an article is refused for."""
        with self.assertRaises(latencies.Refused) as caught:
            latencies.convert(text, PLACES, frozenset(missing))
        return caught.exception.problems

    def test_tables_become_one_with_short_names(self):
        table, notes = latencies.convert(HEAD + EUROPE + AMERICA, PLACES)
        lines = table.splitlines()
        self.assertIn("# edition: 2024-04-09", lines)
        self.assertIn("# statistic: P50", lines)
        self.assertEqual(
            lines[-4:],
            [
                "from,northcentralus,northeurope,westeurope",
                "northcentralus,,89,101",
                "northeurope,90,,17",
                "westeurope,100,18,",
            ],
        )
        self.assertEqual(notes, [])

    def test_the_csv_alone_and_with_the_tables_gives_the_same(self):
        table, _ = latencies.convert(HEAD + EUROPE + AMERICA, PLACES)
        self.assertEqual(latencies.convert(HEAD + CSV, PLACES)[0], table)
        self.assertEqual(latencies.convert(HEAD + EUROPE + AMERICA + CSV, PLACES)[0], table)

    def test_tables_and_csv_have_to_agree(self):
        self.assertEqual(
            self.refused(HEAD + EUROPE + AMERICA + CSV.replace("89", "88")),
            ["northcentralus to northeurope: 89 in a table, 88 in the CSV"],
        )
        self.assertIn(
            "westeurope to northcentralus: no cell in a table, 100 in the CSV", self.refused(HEAD + EUROPE + CSV)
        )

    def test_a_number_that_light_cannot_reach_is_refused(self):
        # As in the edition of 2024, where both directions were wrong alike.
        text = HEAD + EUROPE.replace("| 18 |  |", "| 18 |  |\n| Australia Central | 260 | 250 |")
        text += AMERICA.replace("| 100 |", "| 100 |\n| Australia Central | 26 |")
        text += "\n| Source | Australia Central |\n|---|---|\n| North Europe | 260 |\n| West Europe | 250 |\n"
        text += "| Australia Central | |\n| North Central US | 26 |\n"
        self.assertEqual(
            self.refused(text),
            [
                "australiacentral to northcentralus: 26 ms, but light in a straight fibre takes 151 ms",
                "northcentralus to australiacentral: 26 ms, but light in a straight fibre takes 151 ms",
            ],
        )

    def test_exchanged_rows_are_refused_though_each_number_is_possible(self):
        exchanged = EUROPE.replace("North Central US | 89 | 101", "North Central US | 189 | 101")
        self.assertEqual(
            self.refused(HEAD + exchanged + AMERICA), ["northcentralus to northeurope: 189 ms, and 90 ms back"]
        )

    def test_a_difference_that_congestion_explains_is_noted(self):
        congested = EUROPE.replace("| 101 |", "| 120 |")
        _, notes = latencies.convert(HEAD + congested + AMERICA, PLACES)
        self.assertEqual(notes, ["northcentralus to westeurope: 120 ms, and 100 ms back"])
        more = congested.replace("| 120 |", "| 150 |") + AMERICA
        found = ["northcentralus to westeurope: 150 ms, and 100 ms back"]
        self.assertEqual(self.refused(HEAD + more), found)
        self.assertEqual(latencies.convert(HEAD.replace("50", "95") + more, PLACES)[1], found)

    def test_blanks_are_refused_unless_they_are_known(self):
        blank = HEAD + EUROPE.replace("| 101 |", "| |") + AMERICA
        self.assertEqual(
            self.refused(blank),
            ["northcentralus to westeurope: no number; name the region with --missing if Microsoft has none"],
        )
        table, notes = latencies.convert(blank, PLACES, frozenset(["westeurope"]))
        self.assertIn("northcentralus,,89,\n", table)
        self.assertEqual(notes, ["westeurope: known to be missing"])
        self.assertEqual(
            self.refused(HEAD + EUROPE, missing=["northcentralus", "chilecentral"]),
            ["chilecentral was to be missing, and is not in the article at all"],
        )

    def test_a_region_without_a_row_or_a_column_is_refused(self):
        problems = self.refused(HEAD + EUROPE)
        self.assertEqual([problem.split(":")[0] for problem in problems], [
            "northeurope to northcentralus", "westeurope to northcentralus",
        ])

    def test_cells_that_cannot_be_are_refused(self):
        for wrong, problem in [
            ("0", "northcentralus to westeurope: 0 is no whole number from 1 to 500"),
            ("501", "northcentralus to westeurope: 501 is no whole number from 1 to 500"),
            ("10.1", "northcentralus to westeurope: 10.1 is no whole number from 1 to 500"),
            ("-101", "northcentralus to westeurope: -101 is no whole number from 1 to 500"),
        ]:
            self.assertEqual(self.refused(HEAD + EUROPE.replace("101", wrong) + AMERICA), [problem])
        self.assertEqual(
            self.refused(HEAD + EUROPE.replace("|  | 17 |", "| 1 | 17 |") + AMERICA),
            ["northeurope to northeurope: 1 where a region meets itself, which has to be blank"],
        )

    def test_a_pair_twice_and_a_ragged_row_are_refused_with_their_line(self):
        before = EUROPE.strip() + HEAD + AMERICA
        self.assertIn("line 17: northeurope to northeurope is there twice", self.refused(before + EUROPE))
        ragged = EUROPE.replace("| 17 |", "| 17 | 9 |")
        self.assertEqual(self.refused(before + ragged)[0], "line 17: 2 columns, but 3 cells")

    def test_an_article_has_one_statistic_a_date_and_a_table(self):
        mixed = HEAD + "The monthly Percentile P95 round trip times"
        self.assertEqual(self.refused(mixed + CSV), ["the article has to name one statistic, and names P50, P95"])
        self.assertEqual(self.refused(CSV), ["the article has to name one statistic, and names none"])
        undated = HEAD.replace("taken on", "taken in")
        self.assertEqual(self.refused(undated + CSV), ["the article does not say when the dataset was taken"])
        self.assertEqual(self.refused(HEAD), ["the article has no table"])

    def test_a_region_without_coordinates_is_noted(self):
        places = {name: place for name, place in PLACES.items() if name != "westeurope"}
        _, notes = latencies.convert(HEAD + CSV, places)
        self.assertEqual(notes, ["westeurope: no coordinates, not compared with light"])

    def test_the_shipped_table_passes_every_check_and_stays_as_it_is(self):
        with open(SHIPPED, encoding="utf-8") as file:
            shipped = file.read()
        rows = "".join(line for line in shipped.splitlines(True) if not line.startswith("#"))
        text = "The P50 dataset was taken on *July 30, 2026*.\n```csv\n" + rows + "```\n"
        table, notes = latencies.convert(text, latencies.read_coordinates(latencies.REGIONS))
        self.assertEqual(table, shipped)
        self.assertEqual(notes, ["germanywestcentral to uaenorth: 118 ms, and 100 ms back"])


if __name__ == "__main__":
    unittest.main()
