package io.crius.server.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.config.CriusConfig;
import io.crius.model.CriusException;
import io.crius.server.sandbox.NoNetworks;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class NodeStatusTest {
    @Test
    @Timeout(30)
    void aNodeWithoutAnOciRuntimeThatWorksIsNotReadyAndSaysWhy() {
        var handlers = new Handlers(CriusConfig.defaults().runtimes(), () -> {
            throw new CriusException.FailedPrecondition("no OCI runtime works on this node: crun cannot be used: why");
        });
        var status = new NodeStatus(handlers, NoNetworks.READY, NodeStatus.CgroupDriver.CGROUPFS, () -> Map.of());
        assertThat(status.status().conditions())
                .as("while it is not known yet")
                .contains(new NodeStatus.Condition("RuntimeReady", true, "", ""));
        handlers.probe();
        while (handlers.problem().isEmpty()) {
            Thread.onSpinWait();
        }
        assertThat(status.status().conditions())
                .contains(
                        new NodeStatus.Condition(
                                "RuntimeReady",
                                false,
                                "OciRuntimeNotReady",
                                "no OCI runtime works on this node: crun cannot be used: why"),
                        new NodeStatus.Condition("NetworkReady", true, "", ""));
        assertThat(status.status().handlers())
                .as("no handler can do anything")
                .isNotEmpty()
                .noneMatch(handler -> handler.userNamespaces() || handler.recursiveReadOnlyMounts());
        handlers.close();
    }
}
