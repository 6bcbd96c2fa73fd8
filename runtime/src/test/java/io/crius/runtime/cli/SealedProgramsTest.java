package io.crius.runtime.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.linux.Fd;
import io.crius.linux.Linux;
import io.crius.runtime.TestClock;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SealedProgramsTest {
    private static final Path SHELL = Path.of("/bin/sh");
    private static final Path ECHO = Path.of("/bin/echo");

    private final long descriptors = Fd.openCount();
    private final TestClock clock = new TestClock();

    @TempDir
    private Path temp;

    private SealedPrograms programs;
    private Path crun;

    @BeforeEach
    void open() throws IOException {
        programs = new SealedPrograms(Linux.real(), temp.resolve("run"), clock);
        crun = Files.copy(SHELL.toRealPath(), temp.resolve("crun"));
    }

    @AfterEach
    void nothingIsLeft() {
        programs.close();
        assertThat(Fd.openCount()).isEqualTo(descriptors);
    }

    @Test
    void aCopyRunsAndIsNamedAsItsProgram() throws Exception {
        Path copy = programs.executable(crun);

        assertThat(copy).isEqualTo(temp.resolve("run").resolve(Path.of("/").relativize(crun)));
        assertThat(said(copy, "-c", "echo from the copy; cat /proc/$$/comm")).isEqualTo("from the copy\ncrun\n");
    }

    @Test
    void nobodyCanWriteToACopy() {
        Path copy = programs.executable(crun);

        assertThatThrownBy(() -> Files.write(copy, new byte[] {0}, StandardOpenOption.WRITE))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("Operation not permitted");
    }

    @Test
    void anUpgradeIsExecutedNextAndOneMoreAfterIt() throws Exception {
        Path copy = programs.executable(crun);
        for (int upgrade = 0; upgrade < 3; upgrade++) {
            replace(ECHO);
            assertThat(programs.executable(crun)).isEqualTo(copy);
            assertThat(said(copy, "-n", "upgraded")).isEqualTo("upgraded");
            replace(SHELL);
            assertThat(programs.executable(crun)).isEqualTo(copy);
            assertThat(said(copy, "-c", "echo back")).isEqualTo("back\n");
        }
        assertThat(Fd.openCount()).as("the copy and the one before it").isEqualTo(descriptors + 2);
    }

    @Test
    void aLinkThatSomebodyRemovedIsMadeAgain() throws Exception {
        Path copy = programs.executable(crun);
        Files.delete(copy);

        assertThat(programs.executable(crun)).isEqualTo(copy);
        assertThat(said(copy, "-c", "echo again")).isEqualTo("again\n");
    }

    @Test
    void aDeadDaemonsLinkIsReplaced() throws Exception {
        Path link = temp.resolve("run").resolve(Path.of("/").relativize(crun));
        Files.createDirectories(link.getParent());
        Files.createSymbolicLink(link, Path.of("/proc/1/fd/4711"));
        Files.createSymbolicLink(link.resolveSibling("crun.new"), Path.of("/proc/1/fd/4712"));

        assertThat(said(programs.executable(crun), "-c", "echo alive")).isEqualTo("alive\n");
        assertThat(link.resolveSibling("crun.new")).doesNotExist();
    }

    @Test
    void whatHasNoUseForACopyIsExecutedAsItIs() throws IOException {
        Path runc = Files.copy(SHELL.toRealPath(), temp.resolve("runc"));
        Path script = Files.createDirectory(temp.resolve("wrapped")).resolve("crun");
        Files.writeString(script, "#!/bin/sh\nexec runc \"$@\"\n");
        Path missing = temp.resolve("nowhere/crun");

        assertThat(programs.executable(runc)).isEqualTo(runc);
        assertThat(programs.executable(script)).isEqualTo(script);
        assertThat(programs.executable(missing)).isEqualTo(missing);
    }

    @Test
    void whereNoLinkCanBeMadeTheProgramIsExecutedAsItIs() throws IOException {
        Files.writeString(temp.resolve("run"), "a file");

        assertThat(programs.executable(crun)).isEqualTo(crun);
        Files.delete(temp.resolve("run"));
        assertThat(programs.executable(crun)).as("soon after").isEqualTo(crun);
        clock.pass(SealedPrograms.AGAIN);
        assertThat(programs.executable(crun)).as("later").isNotEqualTo(crun);
    }

    @Test
    void whoeverTakesAwayTheRightToExecuteACopyHarmsNobody() throws Exception {
        Path copy = programs.executable(crun);
        try {
            Files.setPosixFilePermissions(copy, Set.of());
        } catch (FileSystemException e) {
            // Kernel: where a file in memory can be made immutable.
            assertThat(e).hasMessageContaining("Operation not permitted");
        }

        assertThat(said(programs.executable(crun), "-c", "echo still")).isEqualTo("still\n");
    }

    @Test
    void aLinkToAnotherFileIsMadeAgain() throws Exception {
        Path copy = programs.executable(crun);
        Files.delete(copy);
        Files.createSymbolicLink(copy, ECHO);

        assertThat(said(programs.executable(crun), "-c", "echo right")).isEqualTo("right\n");
    }

    @Test
    void aPathThatClimbsStaysInTheFolder() throws Exception {
        Path climbing = Path.of("/../.." + crun);

        Path copy = programs.executable(climbing);

        assertThat(copy).isEqualTo(temp.resolve("run").resolve(Path.of("/").relativize(crun)));
        assertThat(Files.isSymbolicLink(crun)).isFalse();
    }

    @Test
    void aLinkTellsWhichProgramItStandsFor() {
        assertThat(programs.installed(programs.executable(crun))).isEqualTo(crun);
        assertThat(programs.installed(Path.of("/usr/bin/runc"))).isEqualTo(Path.of("/usr/bin/runc"));
    }

    @Test
    void theEndTakesLinksAway() {
        Path copy = programs.executable(crun);

        programs.close();

        assertThat(Files.isSymbolicLink(copy)).isFalse();
    }

    /** As a package manager does it: another file under the same name. */
    private void replace(Path program) throws IOException {
        Path fresh = Files.copy(program.toRealPath(), temp.resolve("fresh"));
        Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.delete(crun);
        Files.move(fresh, crun);
    }

    private static String said(Path program, String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<String>();
        command.add(program.toString());
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said;
    }
}
