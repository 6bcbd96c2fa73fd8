package io.crius.server.edge;

import io.crius.model.PodId;
import io.crius.network.pod.PodPins;
import io.crius.server.state.Pod;
import io.crius.server.state.PodChoices;
import io.crius.server.state.PodDefinition;
import io.crius.server.state.PodPlan;
import io.crius.server.state.Registry;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** A pod that was asked for and holds nothing. */
final class PlannedPod {
    private PlannedPod() {}

    /**
     * @param folder for its journal
     * @param wire the RunPodSandboxRequest
     */
    static Pod of(Path folder, PodId id, byte[] wire) {
        var definition = new PodDefinition(
                id,
                Instant.EPOCH,
                new WireRequests().pod(wire),
                "runc",
                "web",
                Path.of("/logs"),
                "/pods/web",
                new PodPlan(
                        new PodPins(id, Map.of()),
                        Path.of("/run/pod"),
                        Optional.empty(),
                        Optional.empty(),
                        PodPlan.HostPortKeeper.NOBODY,
                        PodChoices.USUAL));
        return new Registry(folder).plan(definition, wire);
    }
}
