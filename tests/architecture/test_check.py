#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plants each kind of violation in a small tree and sees check_architecture.py fail with the right message."""

import contextlib
import io
import json
import tempfile
import unittest
from pathlib import Path

import check_architecture

SPDX = "// SPDX-License-Identifier: GPL-3.0-or-later\n"
HEADER = SPDX + "#pragma once\n"
RULES = json.loads(check_architecture.RULES_FILE.read_text(encoding="utf-8"))

CLEAN_TREE = {
    "CMakeLists.txt": "# SPDX-License-Identifier: GPL-3.0-or-later\n",
    ".ci/run": "#!/bin/sh\n# SPDX-License-Identifier: GPL-3.0-or-later\n",
    "core/foundation/base/clock.h": HEADER,
    "core/foundation/base/clock.cpp": SPDX + '#include "core/foundation/base/clock.h"\nusing T = std::chrono::steady_clock;\n',
    "core/foundation/http/message.h": HEADER + '#include "core/foundation/base/clock.h"\n',
    "core/foundation/config/config.h": HEADER,
    "core/record/events/event.h": HEADER,
    "core/request/chain/exchange.h": HEADER + '#include "core/foundation/http/message.h"\n',
    "core/engine/engine.h": HEADER + '#include "core/foundation/config/config.h"\n',
    "core/engine/engine.cpp": SPDX + '#include "core/engine/engine.h"\n#include "core/request/chain/exchange.h"\n',
    "ui/models/model.cpp": SPDX + '#include "core/engine/engine.h"\n#include "core/foundation/config/config.h"\n',
    "ui/shell/frame.cpp": SPDX + '// No QSettings and no sleep_for here.\nauto text = "sqlite3_open";\n#include "frame.moc"\n',
    "app/main.cpp": SPDX + '#include "core/request/chain/exchange.h"\n',
    "tests/unit/main_test.cpp": SPDX + '#include "core/request/chain/exchange.h"\n',
    "build/dev/Generated File.cpp": "no licence, no order\n",
    "README.md": "# Signalbox\n",
}


class CheckTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.tree = Path(folder.name)
        self.rules = json.loads(json.dumps(RULES))
        self.rules |= {"oversized": {}, "crowded": {}, "excused": {}}
        for path, text in CLEAN_TREE.items():
            self.plant(path, text)

    def plant(self, path, text):
        file = self.tree / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def violations(self):
        return [f"{path}:{line}: {message}" for path, line, message in
                check_architecture.Checker(self.tree, self.rules).run()]

    def assert_only(self, expected):
        found = self.violations()
        self.assertEqual(len(found), 1, found)
        self.assertIn(expected, found[0])

    def test_passes_a_clean_tree(self):
        self.assertEqual(self.violations(), [])

    def test_exit_code_tells_a_clean_tree_from_a_dirty_one(self):
        rules_file = self.tree / "build" / "rules.json"
        rules_file.write_text(json.dumps(self.rules), encoding="utf-8")
        with contextlib.redirect_stdout(io.StringIO()) as said:
            self.assertEqual(check_architecture.main([str(self.tree)], rules_file), 0)
            self.plant("core/engine/late.cpp", "int x;\n")
            self.assertEqual(check_architecture.main([str(self.tree)], rules_file), 1)
        self.assertIn("core/engine/late.cpp:1: no SPDX", said.getvalue())
        self.assertIn("1 violations", said.getvalue())

    def test_finds_a_forbidden_include(self):
        self.plant("core/foundation/base/up.cpp", SPDX + '#include "core/foundation/http/message.h"\n')
        # base -> http also closes a ring with http -> base
        self.assertIn("core/foundation/base/up.cpp:2: forbidden include: core/foundation/base may not include "
                      "core/foundation/http", self.violations())

    def test_finds_a_forbidden_include_from_a_sub_folder(self):
        self.plant("ui/pages/chains/page.cpp", SPDX + '#include "core/request/chain/exchange.h"\n')
        self.assert_only("ui/pages/chains/page.cpp:2: forbidden include: ui may not include core/request/chain")

    def test_lets_along_only_what_the_named_headers_include(self):
        self.plant("ui/models/other.cpp", SPDX + '#include "core/foundation/base/clock.h"\n')
        self.assert_only("forbidden include: ui may not include core/foundation/base")
        self.plant("core/engine/engine.h", HEADER + '#include "core/foundation/config/config.h"\n'
                                                    '#include "core/foundation/http/message.h"\n')
        self.assertEqual(self.violations(), [])

    def test_forgives_no_include_by_a_relative_name(self):
        self.plant("core/foundation/base/near.cpp", SPDX + '#include "clock.h"\n')
        self.assert_only('near.cpp:2: no such file from the root of the tree: "clock.h"')

    def test_finds_a_cycle_that_the_layer_table_permits(self):
        self.plant("ui/widgets/badge.h", HEADER + '#include "ui/models/list.h"\n')
        self.plant("ui/models/list.h", HEADER + '#include "ui/widgets/badge.h"\n')
        self.assert_only("cycle between folders: ui/models -> ui/widgets -> ui/models")

    def test_finds_a_long_cycle(self):
        self.plant("ui/bridge/a.h", HEADER + '#include "ui/models/b.h"\n')
        self.plant("ui/models/b.h", HEADER + '#include "ui/theme/c.h"\n')
        self.plant("ui/theme/c.h", HEADER + '#include "ui/bridge/a.h"\n')
        self.assert_only("cycle between folders: ui/bridge -> ui/models -> ui/theme -> ui/bridge")

    def test_finds_two_types_of_one_name(self):
        tool = "namespace signalbox::clients {\nstruct Tool {\n    int id;\n};\n} // namespace signalbox::clients\n"
        self.plant("core/engine/tool.h", HEADER + tool)
        self.plant("ui/models/tool.h", HEADER + tool)
        self.assert_only("ui/models/tool.h:4: signalbox::clients::Tool is another type in core/engine/tool.h: rename one")

    def test_lets_types_of_one_name_be_where_they_do_not_meet(self):
        hidden = "namespace signalbox::clients {\nnamespace {\nstruct Tool {\n    int id;\n};\n} // namespace\nvoid f() {}\n}\n"
        nested = "namespace signalbox::clients {\nclass Tool;\nstruct Tool::Part {\n};\nstruct Other {\n    struct Tool {};\n};\n}\n"
        self.plant("core/engine/one.cpp", SPDX + hidden)
        self.plant("core/engine/two.cpp", SPDX + hidden)
        self.plant("core/engine/three.cpp", SPDX + nested)
        self.plant("core/engine/four.h", HEADER + "namespace signalbox::other {\nstruct Tool {\n};\n}\n")
        self.assertEqual(self.violations(), [])

    def test_finds_a_folder_outside_the_table(self):
        self.plant("core/misc/things.h", HEADER)
        self.assert_only("core/misc/things.h:0: the folder is not in the layer table")

    def test_finds_a_file_over_the_wall(self):
        self.plant("core/engine/big.cpp", SPDX + "\n" * 599)
        self.assertEqual(self.violations(), [])
        self.plant("core/engine/big.cpp", SPDX + "\n" * 600)
        self.assert_only("core/engine/big.cpp:0: 601 lines, more than 600")

    def test_the_list_of_oversized_files_may_only_shrink(self):
        self.rules["oversized"] = {"core/engine/big.cpp": 700}
        self.assert_only("core/engine/big.cpp:0: is on the list 'oversized' and does not exist")
        self.plant("core/engine/big.cpp", SPDX + "\n" * 699)
        self.assertEqual(self.violations(), [])
        self.plant("core/engine/big.cpp", SPDX + "\n" * 700)
        self.assert_only("701 lines: the list 'oversized' says 700")
        self.plant("core/engine/big.cpp", SPDX + "\n" * 650)
        self.assert_only("651 lines: write that into the list 'oversized'")
        self.plant("core/engine/big.cpp", SPDX)
        self.assert_only("on the list 'oversized' and has 1 lines: take it off")

    def test_finds_a_missing_licence_line(self):
        for path in ("core/engine/bare.cpp", "tests/clients/bare.py", "packaging/bare", "resources/sql/0001_bare.sql"):
            with self.subTest(path):
                self.plant(path, "\n")
                self.assert_only(f"{path}:1: no SPDX-License-Identifier")
                (self.tree / path).unlink()

    def test_finds_a_header_without_pragma_once(self):
        self.plant("core/engine/guarded.h", SPDX + "// #pragma once\n#ifndef GUARD\n#define GUARD\n#endif\n")
        self.assert_only("core/engine/guarded.h:1: header without #pragma once")

    def test_finds_names_that_are_not_snake_case(self):
        for path, part in (("core/engine/EngineImpl.cpp", "EngineImpl"), ("ui/models/live-table.cpp", "live-table"),
                           ("ui/pages/Chains/page.cpp", "Chains")):
            with self.subTest(path):
                self.plant(path, SPDX)
                self.assert_only(f"{path}:0: the name is not snake_case: {part}")
                (self.tree / path).unlink()

    def test_finds_a_crowded_folder(self):
        for number in range(12):
            self.plant(f"ui/widgets/w{number}.cpp", SPDX)
            self.plant(f"ui/widgets/w{number}.h", HEADER)
        self.assertEqual(self.violations(), [])
        self.plant("ui/widgets/one_more.h", HEADER)
        self.assert_only("ui/widgets:0: 13 sources, more than 12")
        self.rules["crowded"] = {"ui/widgets": 13}
        self.assertEqual(self.violations(), [])
        self.plant("ui/widgets/yet_another.h", HEADER)
        self.assert_only("ui/widgets:0: 14 sources: the list 'crowded' says 13, and may only shrink")

    def test_finds_each_banned_word_outside_its_folder(self):
        for word in RULES["words"]:
            if "only_files" in word:  # allowed in the sources of a folder, so it is planted in a header there
                path, start = word["only_in"][0] + "/planted.h", HEADER
            else:
                path, start = ("ui/models" if "not_in" in word else "core/request/health") + "/planted.cpp", SPDX
            with self.subTest(word["name"]):
                self.plant(path, start + word["example"] + "\n")
                expected = f"{path}:{start.count(chr(10)) + 1}: banned word ({word['name']})"
                found = self.violations()
                self.assertTrue(any(line.startswith(expected) for line in found), found)
                (self.tree / path).unlink()

    def test_finds_boost_in_a_source_of_another_room(self):
        self.plant("core/request/server/listener.cpp", SPDX + "#include <boost/beast.hpp>\n")
        self.assert_only("core/request/server/listener.cpp:2: banned word (Boost)")

    def test_lets_each_word_stand_in_its_folder(self):
        for word in RULES["words"]:
            for folder in word.get("only_in", []):
                with self.subTest(word["name"], folder=folder):
                    path = f"{folder}/planted.cpp"
                    self.assertTrue(check_architecture.Checker.word_is_allowed(word, path))

    def test_sees_words_in_code_only(self):
        self.plant("core/foundation/base/system_clock.h", HEADER)
        for harmless in ('#include "core/foundation/base/system_clock.h"', "// QTimer", "/* two\nQTimer\nlines */", 'auto t = "QTimer";', "auto t = R\"x(\" QTimer )x\";",
                         "auto c = '\"'; // QTimer '\"'", "int QTimerless = 1'000'000;"):
            with self.subTest(harmless):
                self.plant("core/engine/words.cpp", SPDX + harmless + "\n")
                self.assertEqual(self.violations(), [])
        self.plant("core/engine/words.cpp", SPDX + "/* a\nb */ QTimer t; // c\n")
        self.assert_only("core/engine/words.cpp:3: banned word (QTimer)")

    def test_a_file_is_excused_for_as_many_words_as_it_holds(self):
        path = "tests/unit/wait_test.cpp"
        self.rules["excused"] = {path: {"sleep": 1}}
        self.assert_only("is on the list 'excused' and does not exist")
        self.plant(path, SPDX + "QTest::qWait(20);\n")
        self.assertEqual(self.violations(), [])
        self.plant(path, SPDX + "QTest::qWait(20);\nusleep(1);\n")
        self.assertEqual([line.split(": ")[1] for line in self.violations()], ["banned word (sleep)"] * 2)
        self.plant(path, SPDX)
        self.assert_only("is excused for words (sleep) that it does not hold")

    def test_the_tests_of_a_room_may_say_its_words(self):
        self.plant("tests/unit/record/ledger/writer_test.cpp", SPDX + "sqlite3_open(path, &db);\n")
        self.assertEqual(self.violations(), [])
        self.plant("tests/unit/request/chain/exchange_test.cpp", SPDX + "sqlite3_open(path, &db);\n")
        self.assert_only("banned word (SQLite)")


if __name__ == "__main__":
    unittest.main()
