package io.crius.client;

import io.crius.cri.v1.Container;
import io.crius.cri.v1.ContainerConfig;
import io.crius.cri.v1.ContainerFilter;
import io.crius.cri.v1.ContainerStatus;
import io.crius.cri.v1.ContainerStatusRequest;
import io.crius.cri.v1.ContainerStatusResponse;
import io.crius.cri.v1.CreateContainerRequest;
import io.crius.cri.v1.ExecSyncRequest;
import io.crius.cri.v1.ExecSyncResponse;
import io.crius.cri.v1.LinuxContainerResources;
import io.crius.cri.v1.ListContainersRequest;
import io.crius.cri.v1.PodSandboxConfig;
import io.crius.cri.v1.RemoveContainerRequest;
import io.crius.cri.v1.ReopenContainerLogRequest;
import io.crius.cri.v1.StartContainerRequest;
import io.crius.cri.v1.StopContainerRequest;
import io.crius.cri.v1.StreamContainersRequest;
import io.crius.cri.v1.StreamContainersResponse;
import io.crius.cri.v1.UpdateContainerResourcesRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The RPCs about containers. Each blocks for its answer and fails with {@link io.grpc.StatusRuntimeException}. */
public final class ContainerCalls {
    private final CriClient client;

    ContainerCalls(CriClient client) {
        this.client = client;
    }

    /** CreateContainer; gives the container's id. {@code podConfig} is what the pod was run with. */
    public String create(String podId, ContainerConfig config, PodSandboxConfig podConfig) {
        CreateContainerRequest request = CreateContainerRequest.newBuilder()
                .setPodSandboxId(podId)
                .setConfig(config)
                .setSandboxConfig(podConfig)
                .build();
        return client.runtime().createContainer(request).getContainerId();
    }

    /** StartContainer. */
    public void start(String id) {
        var _ = client.runtime()
                .startContainer(
                        StartContainerRequest.newBuilder().setContainerId(id).build());
    }

    /** CreateContainer and StartContainer; gives the container's id. */
    public String run(String podId, ContainerConfig config, PodSandboxConfig podConfig) {
        String id = create(podId, config, podConfig);
        start(id);
        return id;
    }

    /** StopContainer: the stop signal, and SIGKILL after {@code grace}, which the wire knows in whole seconds. */
    public void stop(String id, Duration grace) {
        var _ = client.runtime(client.options().callTimeout().plus(grace))
                .stopContainer(StopContainerRequest.newBuilder()
                        .setContainerId(id)
                        .setTimeout(grace.toSeconds())
                        .build());
    }

    /** RemoveContainer, by force when it runs. */
    public void remove(String id) {
        var _ = client.runtime()
                .removeContainer(
                        RemoveContainerRequest.newBuilder().setContainerId(id).build());
    }

    /** ContainerStatus without the verbose part. */
    public ContainerStatus status(String id) {
        return client.runtime()
                .containerStatus(
                        ContainerStatusRequest.newBuilder().setContainerId(id).build())
                .getStatus();
    }

    /** ContainerStatus with the map of implementation details. */
    public ContainerStatusResponse verboseStatus(String id) {
        return client.runtime()
                .containerStatus(ContainerStatusRequest.newBuilder()
                        .setContainerId(id)
                        .setVerbose(true)
                        .build());
    }

    /** ListContainers without a filter. */
    public List<Container> list() {
        return list(ContainerFilter.getDefaultInstance());
    }

    /** ListContainers: what meets all conditions of the filter. */
    public List<Container> list(ContainerFilter filter) {
        return client.runtime()
                .listContainers(
                        ListContainersRequest.newBuilder().setFilter(filter).build())
                .getContainersList();
    }

    /** StreamContainers, collected to its end. */
    public List<Container> stream(ContainerFilter filter) {
        List<Container> all = new ArrayList<>();
        client.runtime()
                .streamContainers(
                        StreamContainersRequest.newBuilder().setFilter(filter).build())
                .forEachRemaining((StreamContainersResponse part) -> all.addAll(part.getContainersList()));
        return all;
    }

    /** ExecSync without a time limit for the command. */
    public ExecResult exec(String id, String... command) {
        return exec(id, Duration.ZERO, command);
    }

    /** ExecSync: {@code timeout} is the command's, in whole seconds on the wire; zero means none. */
    public ExecResult exec(String id, Duration timeout, String... command) {
        ExecSyncRequest request = ExecSyncRequest.newBuilder()
                .setContainerId(id)
                .addAllCmd(Arrays.asList(command))
                .setTimeout(timeout.toSeconds())
                .build();
        ExecSyncResponse response =
                client.runtime(client.options().callTimeout().plus(timeout)).execSync(request);
        return new ExecResult(
                response.getExitCode(),
                response.getStdout().toStringUtf8(),
                response.getStderr().toStringUtf8());
    }

    /** UpdateContainerResources. */
    public void update(String id, LinuxContainerResources resources) {
        var _ = client.runtime()
                .updateContainerResources(UpdateContainerResourcesRequest.newBuilder()
                        .setContainerId(id)
                        .setLinux(resources)
                        .build());
    }

    /** ReopenContainerLog, after the log file was moved away. */
    public void reopenLog(String id) {
        var _ = client.runtime()
                .reopenContainerLog(ReopenContainerLogRequest.newBuilder()
                        .setContainerId(id)
                        .build());
    }
}
