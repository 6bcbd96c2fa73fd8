package io.crius.server.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.oci.runtime.IdMapping;
import io.crius.server.annotation.WorkloadResources;
import io.crius.server.container.spec.SpecFixture;
import io.crius.server.state.PodChoices;
import io.crius.server.state.PodDefinition;
import io.crius.server.state.PodLabels;
import io.crius.server.state.PodPlan;
import io.crius.server.state.UserNamespace;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PodSysctlsTest {
    private static final String PING = "net.ipv4.ping_group_range";

    private static PodDefinition pod(Optional<UserNamespace> user) {
        PodDefinition usual = new SpecFixture().podDefinition();
        PodPlan plan = usual.plan();
        return new PodDefinition(
                usual.id(),
                usual.createdAt(),
                usual.request(),
                usual.handler(),
                usual.hostname(),
                usual.logDirectory(),
                usual.cgroupParent(),
                new PodPlan(
                        plan.pins(),
                        plan.runFolder(),
                        plan.sharedMemory(),
                        plan.pause(),
                        plan.hostPorts(),
                        new PodChoices(PodChoices.USUAL_SHARED_MEMORY, user, PodLabels.NONE, WorkloadResources.NONE)));
    }

    /** Kernel: groups that the namespace does not have are refused. */
    @Test
    void inAUserNamespaceAllGroupsAreThoseThatItHas() {
        var ids = List.of(new IdMapping(0, 100_000, 1000), new IdMapping(1000, 1000, 1));
        var user = Optional.of(new UserNamespace(ids, ids));
        var all = new PodSysctls(Map.of(PING, "0 2147483647"));
        assertThat(all.of(pod(Optional.empty()))).containsEntry(PING, "0 2147483647");
        assertThat(all.of(pod(user))).containsEntry(PING, "0 1000");
        assertThat(new PodSysctls(Map.of(PING, "5 10")).of(pod(user))).containsEntry(PING, "5 10");
    }
}
