package io.crius.server.edge;

import io.crius.server.container.Attach;
import io.crius.server.container.ContainerStatus;
import io.crius.server.container.CreateContainer;
import io.crius.server.container.Exec;
import io.crius.server.container.ExecSync;
import io.crius.server.container.ListContainers;
import io.crius.server.container.RemoveContainer;
import io.crius.server.container.ReopenContainerLog;
import io.crius.server.container.StartContainer;
import io.crius.server.container.StopContainer;
import io.crius.server.container.UpdateContainerResources;

/** The use cases on containers. */
public record ContainerCalls(
        CreateContainer create,
        StartContainer start,
        StopContainer stop,
        RemoveContainer remove,
        ContainerStatus status,
        ListContainers list,
        ExecSync execSync,
        ReopenContainerLog reopenLog,
        UpdateContainerResources updateResources,
        Exec exec,
        Attach attach) {}
