package io.crius.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The options of the launcher, which only fit together. */
class JvmArgumentsTest {
    /** The objects of the ahead-of-time cache go to the old generation as it is at the start, else the JVM does not start. */
    private static final int OBJECTS_OF_THE_CACHE = 6;

    private static int megabytes(List<String> lines, String option) {
        return lines.stream()
                .filter(line -> line.startsWith(option))
                .map(line -> line.substring(option.length(), line.length() - 1))
                .mapToInt(Integer::parseInt)
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + option));
    }

    @Test
    void theHeapHasRoomForTheObjectsOfTheCacheWhenItStarts() throws IOException {
        List<String> lines = Files.readAllLines(Path.of("src/main/dist/conf/crius.args"));
        assertThat(megabytes(lines, "-Xms") - megabytes(lines, "-Xmn")).isGreaterThanOrEqualTo(OBJECTS_OF_THE_CACHE);
    }
}
