package io.crius.cgroup;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.linux.Linux;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeptFilesTest {
    private static final byte[] BUFFER = new byte[8];

    @TempDir
    Path folder;

    private final MeterFiles files = MeterFiles.keeping(Linux.real().descriptors(), 2);

    private long openBelowFolder() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.filter(fd -> target(fd).startsWith(folder.toString())).count();
        }
    }

    private static String target(Path fd) {
        try {
            return Files.readSymbolicLink(fd).toString();
        } catch (IOException _) {
            return "";
        }
    }

    @Test
    void aFileIsReadAnewEachTime() throws IOException {
        Path file = Files.writeString(folder.resolve("a"), "one\n");
        try (MeterFile meter = files.file(folder, "a")) {
            assertThat(openBelowFolder()).isZero();
            assertThat(meter.read(BUFFER)).contains("one");
            Files.writeString(file, "and a text that is longer than the buffer\n");
            assertThat(meter.read(BUFFER)).contains("and a text that is longer than the buffer");
            assertThat(openBelowFolder()).isOne();
        }
        assertThat(openBelowFolder()).isZero();
    }

    @Test
    void noMoreFilesStayOpenThanMay() throws IOException {
        for (String name : new String[] {"a", "b", "c"}) {
            Files.writeString(folder.resolve(name), name);
        }
        MeterFile a = files.file(folder, "a");
        try (MeterFile b = files.file(folder, "b");
                MeterFile c = files.file(folder, "c")) {
            for (int i = 0; i < 2; i++) {
                assertThat(a.read(BUFFER)).contains("a");
                assertThat(b.read(BUFFER)).contains("b");
                assertThat(c.read(BUFFER)).contains("c");
            }
            assertThat(openBelowFolder()).isEqualTo(2);
            a.close();
            assertThat(c.read(BUFFER)).contains("c");
            assertThat(openBelowFolder()).isEqualTo(2);
        }
        assertThat(openBelowFolder()).isZero();
    }

    @Test
    void aFileThatIsNotThereMayComeLater() throws IOException {
        try (MeterFile meter = files.file(folder, "a")) {
            assertThat(meter.read(BUFFER)).isEmpty();
            Files.writeString(folder.resolve("a"), "now");
            assertThat(meter.read(BUFFER)).contains("now");
        }
    }
}
