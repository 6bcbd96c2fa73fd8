package io.crius.server.edge;

import io.crius.server.sandbox.ListPodSandbox;
import io.crius.server.sandbox.PodSandboxStatus;
import io.crius.server.sandbox.PortForward;
import io.crius.server.sandbox.RemovePodSandbox;
import io.crius.server.sandbox.RunPodSandbox;
import io.crius.server.sandbox.StopPodSandbox;
import io.crius.server.sandbox.UpdatePodSandboxResources;

/** The use cases on pods. */
public record PodCalls(
        RunPodSandbox run,
        StopPodSandbox stop,
        RemovePodSandbox remove,
        PodSandboxStatus status,
        ListPodSandbox list,
        UpdatePodSandboxResources updateResources,
        PortForward forward) {}
