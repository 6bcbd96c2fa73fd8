package io.crius.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The tests that docs/compat.md names exist, and each of its rows says what holds it. */
class CompatTableTest {
    private static final Path ROOT = Path.of("..");
    private static final Path PAGE = ROOT.resolve("docs/compat.md");

    /** {@code `PodIT`} or {@code `PodIT.aPodHas...`}; the method may be cut. */
    private static final Pattern NAMED =
            Pattern.compile("`([A-Z][A-Za-z0-9]*(?:Test|IT|Contract))(?:\\.([A-Za-z0-9]+)(\\.\\.\\.)?)?`");

    @Test
    void everyTestThatThePageNamesIsThere() throws IOException {
        Map<String, Path> tests = tests();
        List<MatchResult> named =
                NAMED.matcher(Files.readString(PAGE)).results().toList();

        assertThat(named).hasSizeGreaterThan(100);
        for (MatchResult name : named) {
            assertThat(tests).as(name.group()).containsKey(name.group(1));
            Optional<String> method = Optional.ofNullable(name.group(2));
            if (method.isPresent()) {
                assertThat(Files.readString(tests.get(name.group(1))))
                        .as(name.group())
                        .containsPattern("void " + method.get() + (name.group(3) == null ? "\\(" : ""));
            }
        }
    }

    @Test
    void everyRowSaysWhatHoldsItOrWhyNothingDoes() throws IOException {
        assertThat(Files.readAllLines(PAGE).stream().filter(line -> line.startsWith("| ")))
                .allSatisfy(row -> assertThat(row.strip().split(" \\| |^\\| | \\|$"))
                        .as(row)
                        .filteredOn(cell -> !cell.isBlank())
                        .hasSize(3));
    }

    private static Map<String, Path> tests() throws IOException {
        try (Stream<Path> files = Files.find(
                ROOT,
                16,
                (file, _) ->
                        file.toString().endsWith(".java") && file.toString().contains("/src/test/"))) {
            return files.collect(Collectors.toMap(
                    file -> String.valueOf(file.getFileName()).replace(".java", ""), file -> file, (one, _) -> one));
        }
    }
}
