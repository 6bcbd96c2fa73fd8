package io.crius.runtime.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.linux.Fd;
import io.crius.linux.Linux;
import io.crius.runtime.ProcessIdentity;
import org.junit.jupiter.api.Test;

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
}
