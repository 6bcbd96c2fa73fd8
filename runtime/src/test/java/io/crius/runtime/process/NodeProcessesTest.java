package io.crius.runtime.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.linux.Fd;
import io.crius.linux.Linux;
import io.crius.runtime.ProcessIdentity;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On this very process, and on one that had its number before. */
class NodeProcessesTest {
    private final NodeProcesses processes = new NodeProcesses(Linux.real().processes());
    private final ProcessIdentity self =
            processes.identify(ProcessHandle.current().pid()).orElseThrow();
    private final ProcessIdentity before = new ProcessIdentity(self.pid(), self.startTicks() - 1);

    @Test
    void aProcessIsKnownByItsNumberAndTheTimeOfItsStart() throws Exception {
        assertThat(processes.isAlive(self)).isTrue();
        assertThat(processes.stat(self)).isPresent();
        assertThat(processes.commandLine(self)).contains("java");
        try (Fd pidfd = processes.open(self).orElseThrow()) {
            assertThat(pidfd.number()).isPositive();
        }
        assertThat(processes.signal(self, 0)).isTrue();
    }

    /** The kernel gives numbers away again: whoever has it now must not be taken for it, nor get its signals. */
    @Test
    void whoeverHasTheNumberOfAnotherNowIsNotTakenForIt() throws Exception {
        assertThat(processes.isAlive(before)).isFalse();
        assertThat(processes.stat(before)).isEmpty();
        assertThat(processes.commandLine(before)).isEmpty();
        assertThat(processes.open(before)).isEmpty();
        assertThat(processes.signal(before, 0)).isFalse();
    }

    @Test
    void whoNamesAFolderInItsArgumentsUsesIt(@TempDir Path folder) throws Exception {
        Path one = folder.resolve("a1b2");
        Path other = folder.resolve("c3d4");
        Process user = new ProcessBuilder("sh", "-c", "read line", one + "/bundle").start();
        try {
            assertThat(processes.usersOf(List.of(one, other)))
                    .isEqualTo(
                            Map.of(one, List.of(processes.identify(user.pid()).orElseThrow())));
        } finally {
            user.destroyForcibly().waitFor();
        }
        assertThat(processes.usersOf(List.of(one, other))).isEmpty();
    }
}
