package io.crius.runtime.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.crius.cgroup.CgroupLayout;
import io.crius.cgroup.CgroupTree;
import io.crius.cgroup.CgroupfsCgroups;
import io.crius.cgroup.Cgroups;
import io.crius.config.ConfigLoader;
import io.crius.config.ConfigSources;
import io.crius.linux.Fd;
import io.crius.linux.Linux;
import io.crius.model.ContainerId;
import io.crius.model.CriusException;
import io.crius.runtime.RuntimeHandler;
import io.crius.runtime.cli.CommandRunner;
import io.crius.runtime.process.NodeProcesses;
import io.crius.runtime.process.PidFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RuntimeProbeIT {
    private static final Path RUNC = Path.of("/usr/sbin/runc");
    private static final Path CRUN = Path.of("/usr/bin/crun");
    private static final List<Path> SEARCH =
            ConfiguredHandlers.searchPath("/usr/local/bin:relative:/usr/sbin:/usr/bin");

    private static final Cgroups CGROUPS = new CgroupfsCgroups(CgroupTree.of(CgroupLayout.detect()));

    @TempDir
    Path folder;

    private final long descriptors = Fd.openCount();

    @AfterEach
    void leavesNothingBehind() throws IOException {
        try (Stream<Path> left = Files.list(Files.createDirectories(folder.resolve("scratch")))) {
            assertThat(left).isEmpty();
        }
        try (Stream<Path> cgroups = Files.list(Path.of("/sys/fs/cgroup"))) {
            assertThat(cgroups.flatMap(RuntimeProbeIT::children))
                    .noneMatch(path -> path.getFileName().toString().startsWith("crius-probe"));
        }
        assertThat(Fd.openCount()).isEqualTo(descriptors);
    }

    @Test
    void aRuntimeThatWorksIsChosenWithItsVersion() throws IOException {
        assumeTrue(Files.isExecutable(RUNC), "runc is not installed");
        long begin = System.nanoTime();

        NodeRuntimes runtimes = probe("runc", "[crio.runtime.runtimes.runc]\nruntime_path = \"/usr/sbin/runc\"")
                .select();

        assertThat(runtimes.standard().version()).startsWith("runc version ");
        assertThat(runtimes.sentence()).startsWith("default runtime runc (/usr/sbin/runc, runc version");
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(5));
        RuntimeHandler handler = runtimes.handler("").handler();
        assertThat(handler.root()).isEqualTo(folder.resolve("root"));
        assertThat(handler.monitor().path()).isEqualTo(Path.of("/usr/bin/conmon"));
        assertThat(handler.createTimeout()).isEqualTo(Duration.ofMinutes(4));
    }

    @Test
    void aRuntimeThatRefusesTheNodeGivesWayToOneThatWorks() throws IOException {
        assumeTrue(Files.isExecutable(RUNC), "runc is not installed");
        Path refusing = script("""
                case "$*" in
                  *--version*) echo crun version 1.8.1;;
                  *create*) echo 'cgroups in hybrid mode not supported, drop all controllers from cgroupv2' >&2; exit 1;;
                esac
                """);

        NodeRuntimes runtimes = probe("crun", """
                        [crio.runtime.runtimes.crun]
                        runtime_path = "%s"
                        [crio.runtime.runtimes.runc]
                        runtime_path = "/usr/sbin/runc"
                        """.formatted(refusing)).select();

        assertThat(runtimes.standard().name()).isEqualTo("runc");
        assertThat(runtimes.sentence())
                .contains("default runtime runc (")
                .contains("crun cannot be used: " + refusing + " says: cgroups in hybrid mode not supported");
        assertThatThrownBy(() -> runtimes.handler("crun"))
                .isInstanceOf(CriusException.InvalidArgument.class)
                .hasMessageStartingWith("runtime handler crun cannot be used: ")
                .hasMessageContaining("hybrid mode");
        assertThat(runtimes.known("crun")).isPresent();
    }

    @Test
    void crunIsProbedByACgroupOfItsOwn() throws IOException {
        assumeTrue(Files.isExecutable(CRUN), "crun is not installed");

        Finding finding = probe("crun", "[crio.runtime.runtimes.crun]\nruntime_path = \"/usr/bin/crun\"")
                .probe("crun");

        // On a node whose v2 hierarchy has controllers beside v1 ones, the refusal is the right answer.
        assertThat(finding.sentence())
                .satisfiesAnyOf(
                        sentence -> assertThat(sentence).startsWith("crun (/usr/bin/crun, crun version "),
                        sentence -> assertThat(sentence).contains("cgroups in hybrid mode not supported"));
    }

    @Test
    void whatADaemonLeftThatDiedDuringATrialIsTakenAway() throws IOException {
        assumeTrue(Files.isExecutable(RUNC), "runc is not installed");
        String runc = "[crio.runtime.runtimes.runc]\nruntime_path = \"/usr/sbin/runc\"";
        RuntimeHandler handler = probe("runc", runc).select().handler("").handler();
        Linux linux = Linux.real();
        var trial = new TrialContainer(linux, new CommandRunner(linux), CGROUPS, folder.resolve("scratch"));
        ContainerId id = ContainerId.random();
        assertThat(trial.make(handler, id)).isEmpty();
        long process = PidFile.read(folder.resolve("scratch/" + id + "/pid")).orElseThrow();
        assertThat(ProcessHandle.of(process)).isPresent();
        ContainerId hardlyBegun = ContainerId.random();
        Files.createDirectories(folder.resolve("scratch/" + hardlyBegun));

        probe("runc", runc).select();

        var processes = new NodeProcesses(linux.processes());
        assertThat(processes.identify(process).filter(processes::isAlive)).isEmpty();
        assertThat(folder.resolve("root/" + id)).doesNotExist();
    }

    @Test
    void whereNothingWorksEveryReasonIsGiven() throws IOException {
        Path broken = script("exec /nonexistent/library");

        assertThatThrownBy(() -> probe("broken", """
                                [crio.runtime.runtimes.broken]
                                runtime_path = "%s"
                                [crio.runtime.runtimes.crun]
                                runtime_path = "/nonexistent/crun"
                                [crio.runtime.runtimes.runc]
                                runtime_path = "%s"
                                [crio.runtime.runtimes.kata]
                                runtime_type = "vm"
                                runtime_path = "/usr/bin/kata"
                                [crio.runtime.runtimes.absent]
                                """.formatted(broken, broken)).select())
                .isInstanceOf(CriusException.FailedPrecondition.class)
                .hasMessageStartingWith("no OCI runtime works on this node: broken cannot be used: " + broken)
                .hasMessageContaining("crun cannot be used: its runtime /nonexistent/crun is not an executable file")
                .hasMessageContaining("kata cannot be used: its runtime_type \"vm\" is not supported yet")
                .hasMessageContaining(
                        "absent cannot be used: there is no absent in [/usr/local/bin, /usr/sbin, /usr/bin]");
    }

    @Test
    void aHandlerThatIsNotConfiguredIsRefused() throws IOException {
        assumeTrue(Files.isExecutable(RUNC), "runc is not installed");
        NodeRuntimes runtimes = probe("runc", "[crio.runtime.runtimes.runc]\nruntime_path = \"/usr/sbin/runc\"")
                .select();

        assertThatThrownBy(() -> runtimes.handler("gvisor"))
                .isInstanceOf(CriusException.InvalidArgument.class)
                .hasMessageContaining("gvisor cannot be used: the configuration has no handler of that name");
    }

    /** A probe with the handlers of the table text; all keep their state in the test's folder. */
    private RuntimeProbe probe(String standard, String tables) throws IOException {
        String rooted = tables.replaceAll(
                "(\\[crio\\.runtime\\.runtimes\\.[a-z]+])", "$1\nruntime_root = \"" + folder.resolve("root") + "\"");
        Path file = folder.resolve("crius.conf");
        Files.writeString(
                file,
                "[crio.runtime]\ndefault_runtime = \"" + standard + "\"\ncgroup_manager = \"cgroupfs\"\n" + rooted);
        var config = ConfigLoader.load(ConfigSources.ofFile(file)).config();
        return new RuntimeProbe(Linux.real(), CGROUPS, config, SEARCH, folder.resolve("scratch"));
    }

    private Path script(String body) throws IOException {
        Path script = Files.writeString(folder.resolve("fake-runtime"), "#!/bin/sh\n" + body + "\n");
        return Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static Stream<Path> children(Path hierarchy) {
        try (Stream<Path> children = Files.list(hierarchy)) {
            return children.toList().stream();
        } catch (IOException e) {
            return Stream.empty();
        }
    }
}
