package io.crius.runtime.conmon;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.linux.Linux;
import io.crius.model.ContainerId;
import io.crius.runtime.cli.RuntimePrograms;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Which processes are taken for monitors. They are shells here that wait for a line and bear a monitor's arguments. */
@Timeout(60)
class StraysIT {
    private static final Path SHELL = Path.of("/bin/sh");

    private final ContainerId container = ContainerId.random();
    private final List<Process> started = new ArrayList<>();

    @TempDir
    Path folder;

    private Path monitor = SHELL;

    @BeforeEach
    void installMonitor() throws IOException {
        monitor = Files.copy(SHELL.toRealPath(), folder.resolve("conmon"), StandardCopyOption.COPY_ATTRIBUTES);
        Files.writeString(folder.resolve("script"), "echo ready; read -r line");
    }

    @AfterEach
    void endProcesses() throws InterruptedException {
        for (Process process : started) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void aMonitorIsKnownAlsoAfterItsProgramWasReplaced() throws Exception {
        start(List.of(monitor.toString()));
        assertThat(found()).containsExactly(container);
        Path next = Files.copy(monitor, folder.resolve("next"), StandardCopyOption.COPY_ATTRIBUTES);
        Files.move(next, monitor, StandardCopyOption.ATOMIC_MOVE);
        assertThat(found()).containsExactly(container);
        Files.delete(monitor);
        assertThat(found()).containsExactly(container);
    }

    @Test
    void itIsKnownByAnotherNameOfTheSameFile() throws Exception {
        Path link = Files.createSymbolicLink(folder.resolve("link"), monitor);
        start(List.of(monitor.toString()));
        assertThat(found(link)).containsExactly(container);
    }

    @Test
    void anotherProgramWithItsArgumentsIsNone() throws Exception {
        start(List.of(SHELL.toString()));
        assertThat(found()).isEmpty();
    }

    /** As what a container runs, be it the very file. */
    @Test
    void theSameProgramInOtherNamespacesIsNone() throws Exception {
        start(List.of("unshare", "--mount", monitor.toString()));
        assertThat(found()).isEmpty();
        start(List.of("unshare", "--pid", "--fork", "--kill-child", monitor.toString()));
        assertThat(found()).isEmpty();
        start(List.of(monitor.toString()));
        assertThat(found()).containsExactly(container);
    }

    private List<ContainerId> found() {
        return found(monitor);
    }

    private List<ContainerId> found(Path program) {
        var places = new MonitorPlaces(exits(), folder.resolve("attach"), "error");
        return new Strays(Linux.real(), places, Set.of(program), RuntimePrograms.INSTALLED)
                .monitors().stream().map(Stray::container).toList();
    }

    private Path exits() {
        return folder.resolve("exits");
    }

    private void start(List<String> program) throws IOException {
        var command = new ArrayList<>(program);
        command.addAll(List.of(
                folder.resolve("script").toString(), "-c", container.value(), "--exit-dir", exits().toString()));
        Process process = new ProcessBuilder(command).start();
        started.add(process);
        assertThat(process.inputReader().readLine()).isEqualTo("ready");
    }
}
