"""Tests of circles.py: what is a circle, and what only looks like one."""

import os
import tempfile
import unittest

import circles


class Circles(unittest.TestCase):
    def found(self, **files):
        """The circles of a crate with these files; `a__b` is `a/b.rs`."""
        with tempfile.TemporaryDirectory() as folder:
            for name, text in files.items():
                path = os.path.join(folder, name.replace("__", "/") + ".rs")
                os.makedirs(os.path.dirname(path), exist_ok=True)
                with open(path, "w", encoding="utf-8") as file:
                    file.write(text)
            chains, _ = circles.circles_below(os.path.join(folder, "lib.rs"))
            return [[os.path.relpath(file, folder) for file in chain] for chain in chains]

    def test_siblings_that_import_each_other(self):
        found = self.found(
            lib="mod a; mod b;",
            a="use super::b::B; pub struct A;",
            b="pub struct B; fn b() { crate::a::A::new(); }",
        )
        self.assertEqual(found, [["a.rs", "b.rs"]])

    def test_a_circle_of_three_through_re_exports(self):
        found = self.found(
            lib="mod a; mod b; mod c; pub use a::A; pub(crate) use self::b::B;",
            a="use crate::B; pub struct A;",
            b="use super::c::*; pub struct B(C);",
            c="use crate::A as First; pub struct C;",
        )
        self.assertEqual(found, [["a.rs", "b.rs", "c.rs"]])

    def test_a_child_that_needs_its_parent_which_needs_the_child(self):
        child = "use super::Shared; pub fn work(_: Shared) {}"
        self.assertEqual(
            self.found(lib="mod a;", a="mod child; pub struct Shared; fn f() { child::work(Shared) }", a__child=child),
            [["a.rs", "a/child.rs"]],
        )
        self.assertEqual(
            self.found(lib="mod a;", a="mod child; pub use child::work; struct Shared; fn f() { work() }", a__child=child),
            [["a.rs", "a/child.rs"]],
        )

    def test_an_address_is_no_import(self):
        child = "use super::Shared; pub struct Work;"
        self.assertEqual(
            self.found(lib="mod a;", a="mod child; pub use child::Work; pub struct Shared;", a__child=child), []
        )
        found = self.found(
            lib="mod a; use a::child; fn f() { child::work() }",
            a="pub mod child; use self::child::work; fn f() { work() }",
            a__child="pub fn work() {}",
        )
        self.assertEqual(found, [])

    def test_tests_comments_and_texts_do_not_count(self):
        found = self.found(
            lib="mod a; mod b;",
            a="use super::b::B; pub struct A;",
            b="//! See crate::a::A.\npub struct B; /* crate::a::A /* twice */ */ const T: &str = \"crate::a::A\";\n"
            "#[cfg(test)] use crate::a::A; #[cfg(all(test, unix))] mod tests { use crate::a::A; }",
        )
        self.assertEqual(found, [])
        found = self.found(
            lib="mod a; mod b;",
            a="use super::b::B; pub struct A;",
            b="pub struct B; #[cfg(any(test, unix))] use crate::a::A;",
        )
        self.assertEqual(found, [["a.rs", "b.rs"]])


if __name__ == "__main__":
    unittest.main()
