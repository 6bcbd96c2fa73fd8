package io.crius.server.edge;

import com.google.protobuf.UnsafeByteOperations;
import io.crius.cri.v1.AttachRequest;
import io.crius.cri.v1.AttachResponse;
import io.crius.cri.v1.ContainerFilter;
import io.crius.cri.v1.ContainerStatusRequest;
import io.crius.cri.v1.ContainerStatusResponse;
import io.crius.cri.v1.CreateContainerRequest;
import io.crius.cri.v1.CreateContainerResponse;
import io.crius.cri.v1.ExecRequest;
import io.crius.cri.v1.ExecResponse;
import io.crius.cri.v1.ExecSyncRequest;
import io.crius.cri.v1.ExecSyncResponse;
import io.crius.cri.v1.LinuxContainerResources;
import io.crius.cri.v1.ListContainersRequest;
import io.crius.cri.v1.ListContainersResponse;
import io.crius.cri.v1.ListPodSandboxRequest;
import io.crius.cri.v1.ListPodSandboxResponse;
import io.crius.cri.v1.PodSandboxFilter;
import io.crius.cri.v1.PodSandboxStatusRequest;
import io.crius.cri.v1.PodSandboxStatusResponse;
import io.crius.cri.v1.PortForwardRequest;
import io.crius.cri.v1.PortForwardResponse;
import io.crius.cri.v1.RemoveContainerRequest;
import io.crius.cri.v1.RemoveContainerResponse;
import io.crius.cri.v1.RemovePodSandboxRequest;
import io.crius.cri.v1.RemovePodSandboxResponse;
import io.crius.cri.v1.ReopenContainerLogRequest;
import io.crius.cri.v1.ReopenContainerLogResponse;
import io.crius.cri.v1.RunPodSandboxRequest;
import io.crius.cri.v1.RunPodSandboxResponse;
import io.crius.cri.v1.RuntimeConfigRequest;
import io.crius.cri.v1.RuntimeConfigResponse;
import io.crius.cri.v1.StartContainerRequest;
import io.crius.cri.v1.StartContainerResponse;
import io.crius.cri.v1.StatusRequest;
import io.crius.cri.v1.StatusResponse;
import io.crius.cri.v1.StopContainerRequest;
import io.crius.cri.v1.StopContainerResponse;
import io.crius.cri.v1.StopPodSandboxRequest;
import io.crius.cri.v1.StopPodSandboxResponse;
import io.crius.cri.v1.StreamContainersRequest;
import io.crius.cri.v1.StreamContainersResponse;
import io.crius.cri.v1.StreamPodSandboxesRequest;
import io.crius.cri.v1.StreamPodSandboxesResponse;
import io.crius.cri.v1.UpdateContainerResourcesRequest;
import io.crius.cri.v1.UpdateContainerResourcesResponse;
import io.crius.cri.v1.UpdatePodSandboxResourcesRequest;
import io.crius.cri.v1.UpdatePodSandboxResourcesResponse;
import io.crius.cri.v1.UpdateRuntimeConfigRequest;
import io.crius.cri.v1.UpdateRuntimeConfigResponse;
import io.crius.cri.v1.VersionRequest;
import io.crius.cri.v1.VersionResponse;
import io.crius.model.CriusException;
import io.crius.model.Latest;
import io.crius.server.container.ContainerView;
import io.crius.server.container.ExecSync;
import io.crius.server.container.ListContainers;
import io.crius.server.explain.Requests;
import io.crius.server.sandbox.ListPodSandbox;
import io.crius.server.state.LinuxResources;
import io.crius.server.state.Pod;
import io.crius.streaming.session.StreamRequest;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * RuntimeService on the wire. A call that is not here is not built yet and answers UNIMPLEMENTED with its name
 * (docs/cri.md).
 */
final class RuntimeGrpc extends ObservationGrpc {
    /** Compat: StopContainer's timeout is bounded so that it can be added to a clock. */
    private static final long LONGEST_GRACE_SECONDS = Duration.ofDays(365).toSeconds();

    private final Calls calls;
    private final NodeCalls node;
    private final PodCalls pods;
    private final ContainerCalls containers;
    // kubelet lists all, again and again
    private final Latest<List<ContainerView>, ListContainersResponse> allContainers = new Latest<>(RuntimeGrpc::answer);

    RuntimeGrpc(NodeCalls node, PodCalls pods, ContainerCalls containers, Requests requests) {
        this(new Calls(requests), node, pods, containers);
    }

    private RuntimeGrpc(Calls calls, NodeCalls node, PodCalls pods, ContainerCalls containers) {
        super(calls, node.stats(), node.events());
        this.calls = calls;
        this.node = node;
        this.pods = pods;
        this.containers = containers;
    }

    @Override
    public void version(VersionRequest request, StreamObserver<VersionResponse> out) {
        calls.answer("Version", out, () -> NodeWriter.version(node.version()));
    }

    @Override
    public void status(StatusRequest request, StreamObserver<StatusResponse> out) {
        calls.answer("Status", out, () -> NodeWriter.status(node.status().status(), request.getVerbose()));
    }

    @Override
    public void runtimeConfig(RuntimeConfigRequest request, StreamObserver<RuntimeConfigResponse> out) {
        calls.answer(
                "RuntimeConfig",
                out,
                () -> NodeWriter.runtimeConfig(node.status().cgroupDriver()));
    }

    /** Compat: the pod CIDR is CNI's business; the call is accepted and changes nothing. */
    @Override
    public void updateRuntimeConfig(
            UpdateRuntimeConfigRequest request, StreamObserver<UpdateRuntimeConfigResponse> out) {
        calls.answer("UpdateRuntimeConfig", out, UpdateRuntimeConfigResponse::getDefaultInstance);
    }

    @Override
    public void runPodSandbox(RunPodSandboxRequest request, StreamObserver<RunPodSandboxResponse> out) {
        calls.answer("RunPodSandbox", out, () -> {
            Pod pod = pods.run().run(PodReader.read(request), request.toByteArray());
            return RunPodSandboxResponse.newBuilder()
                    .setPodSandboxId(pod.id().value())
                    .build();
        });
    }

    @Override
    public void stopPodSandbox(StopPodSandboxRequest request, StreamObserver<StopPodSandboxResponse> out) {
        calls.answer("StopPodSandbox", out, () -> {
            pods.stop().stop(required("PodSandboxId", request.getPodSandboxId()));
            return StopPodSandboxResponse.getDefaultInstance();
        });
    }

    @Override
    public void removePodSandbox(RemovePodSandboxRequest request, StreamObserver<RemovePodSandboxResponse> out) {
        calls.answer("RemovePodSandbox", out, () -> {
            pods.remove().remove(required("PodSandboxId", request.getPodSandboxId()));
            return RemovePodSandboxResponse.getDefaultInstance();
        });
    }

    @Override
    public void podSandboxStatus(PodSandboxStatusRequest request, StreamObserver<PodSandboxStatusResponse> out) {
        calls.answer("PodSandboxStatus", out, () -> {
            Pod pod = pods.status().pod(request.getPodSandboxId());
            var reply = PodSandboxStatusResponse.newBuilder().setStatus(PodWriter.status(pod));
            if (hasEvents()) {
                reply.setTimestamp(Times.nanos(Instant.now()))
                        .addAllContainersStatuses(pods.status().containers(pod).stream()
                                .map(ContainerWriter::status)
                                .toList());
            }
            if (request.getVerbose()) {
                reply.putAllInfo(pods.status().info(pod));
            }
            return reply.build();
        });
    }

    @Override
    public void listPodSandbox(ListPodSandboxRequest request, StreamObserver<ListPodSandboxResponse> out) {
        calls.answer("ListPodSandbox", out, () -> {
            List<Pod> found = pods.list().list(filter(request.getFilter()));
            return ListPodSandboxResponse.newBuilder()
                    .addAllItems(found.stream().map(PodWriter::item).toList())
                    .build();
        });
    }

    @Override
    public void streamPodSandboxes(StreamPodSandboxesRequest request, StreamObserver<StreamPodSandboxesResponse> out) {
        calls.stream(
                "StreamPodSandboxes",
                out,
                () -> pods.list().list(filter(request.getFilter())),
                chunk -> StreamPodSandboxesResponse.newBuilder()
                        .addAllPodSandboxes(chunk.stream().map(PodWriter::item).toList())
                        .build());
    }

    @Override
    public void createContainer(CreateContainerRequest request, StreamObserver<CreateContainerResponse> out) {
        calls.answer("CreateContainer", out, () -> {
            var pod = containers.create().pod(request.getPodSandboxId());
            var container =
                    containers.create().create(pod, ContainerReader.read(pod.id(), request), request.toByteArray());
            return CreateContainerResponse.newBuilder()
                    .setContainerId(container.id().value())
                    .build();
        });
    }

    @Override
    public void startContainer(StartContainerRequest request, StreamObserver<StartContainerResponse> out) {
        calls.answer("StartContainer", out, () -> {
            containers.start().start(request.getContainerId());
            return StartContainerResponse.getDefaultInstance();
        });
    }

    @Override
    public void stopContainer(StopContainerRequest request, StreamObserver<StopContainerResponse> out) {
        calls.answer("StopContainer", out, () -> {
            long seconds = Math.clamp(request.getTimeout(), 0, LONGEST_GRACE_SECONDS);
            containers.stop().stop(required("ContainerId", request.getContainerId()), Duration.ofSeconds(seconds));
            return StopContainerResponse.getDefaultInstance();
        });
    }

    @Override
    public void removeContainer(RemoveContainerRequest request, StreamObserver<RemoveContainerResponse> out) {
        calls.answer("RemoveContainer", out, () -> {
            containers.remove().remove(required("ContainerId", request.getContainerId()));
            return RemoveContainerResponse.getDefaultInstance();
        });
    }

    @Override
    public void containerStatus(ContainerStatusRequest request, StreamObserver<ContainerStatusResponse> out) {
        calls.answer("ContainerStatus", out, () -> {
            ContainerView view = containers.status().view(request.getContainerId());
            var reply = ContainerStatusResponse.newBuilder().setStatus(ContainerWriter.status(view));
            if (request.getVerbose()) {
                reply.putAllInfo(containers.status().info(view));
            }
            return reply.build();
        });
    }

    @Override
    public void listContainers(ListContainersRequest request, StreamObserver<ListContainersResponse> out) {
        calls.answer("ListContainers", out, () -> {
            List<ContainerView> found = containers.list().list(filter(request.getFilter()));
            return request.getFilter().equals(ContainerFilter.getDefaultInstance())
                    ? allContainers.of(found)
                    : answer(found);
        });
    }

    private static ListContainersResponse answer(List<ContainerView> containers) {
        return ListContainersResponse.newBuilder()
                .addAllContainers(containers.stream().map(ContainerWriter::item).toList())
                .build();
    }

    @Override
    public void streamContainers(StreamContainersRequest request, StreamObserver<StreamContainersResponse> out) {
        calls.stream(
                "StreamContainers",
                out,
                () -> containers.list().list(filter(request.getFilter())),
                chunk -> StreamContainersResponse.newBuilder()
                        .addAllContainers(
                                chunk.stream().map(ContainerWriter::item).toList())
                        .build());
    }

    @Override
    public void execSync(ExecSyncRequest request, StreamObserver<ExecSyncResponse> out) {
        calls.answer("ExecSync", out, () -> {
            ExecSync.Output output = containers
                    .execSync()
                    .run(request.getContainerId(), request.getCmdList(), timeout(request.getTimeout()));
            return ExecSyncResponse.newBuilder()
                    .setStdout(UnsafeByteOperations.unsafeWrap(output.stdout()))
                    .setStderr(UnsafeByteOperations.unsafeWrap(output.stderr()))
                    .setExitCode(output.exitCode())
                    .build();
        });
    }

    @Override
    public void exec(ExecRequest request, StreamObserver<ExecResponse> out) {
        calls.answer("Exec", out, () -> {
            StreamRequest streams = StreamReader.read(request);
            String url = containers.exec().url(request.getContainerId(), request.getCmdList(), streams);
            return ExecResponse.newBuilder().setUrl(url).build();
        });
    }

    @Override
    public void attach(AttachRequest request, StreamObserver<AttachResponse> out) {
        calls.answer("Attach", out, () -> {
            StreamRequest streams = StreamReader.read(request);
            String url = containers.attach().url(request.getContainerId(), streams);
            return AttachResponse.newBuilder().setUrl(url).build();
        });
    }

    @Override
    public void portForward(PortForwardRequest request, StreamObserver<PortForwardResponse> out) {
        calls.answer("PortForward", out, () -> {
            String pod = StreamReader.requireId("pod_sandbox_id", request.getPodSandboxId());
            String url = pods.forward().url(pod, request.getPortList());
            return PortForwardResponse.newBuilder().setUrl(url).build();
        });
    }

    @Override
    public void reopenContainerLog(ReopenContainerLogRequest request, StreamObserver<ReopenContainerLogResponse> out) {
        calls.answer("ReopenContainerLog", out, () -> {
            containers.reopenLog().reopen(request.getContainerId());
            return ReopenContainerLogResponse.getDefaultInstance();
        });
    }

    /** Compat: what is asked for Windows is ignored. */
    @Override
    public void updatePodSandboxResources(
            UpdatePodSandboxResourcesRequest request, StreamObserver<UpdatePodSandboxResourcesResponse> out) {
        calls.answer("UpdatePodSandboxResources", out, () -> {
            pods.updateResources()
                    .update(
                            required("PodSandboxId", request.getPodSandboxId()),
                            limits(request.hasOverhead(), request.getOverhead()),
                            limits(request.hasResources(), request.getResources()));
            return UpdatePodSandboxResourcesResponse.getDefaultInstance();
        });
    }

    private static Optional<LinuxResources> limits(boolean said, LinuxContainerResources limits) {
        return said ? Optional.of(ContainerReader.resources(limits)) : Optional.empty();
    }

    @Override
    public void updateContainerResources(
            UpdateContainerResourcesRequest request, StreamObserver<UpdateContainerResourcesResponse> out) {
        calls.answer("UpdateContainerResources", out, () -> {
            containers
                    .updateResources()
                    .update(
                            required("ContainerId", request.getContainerId()),
                            ContainerReader.resources(request.getLinux()));
            return UpdateContainerResourcesResponse.getDefaultInstance();
        });
    }

    private static String required(String field, String value) {
        if (value.isEmpty()) {
            throw new CriusException.InvalidArgument(field + " should not be empty");
        }
        return value;
    }

    private static Optional<Duration> timeout(long seconds) {
        return seconds <= 0
                ? Optional.empty()
                : Optional.of(Duration.ofSeconds(Math.min(seconds, LONGEST_GRACE_SECONDS)));
    }

    private static ListPodSandbox.Filter filter(PodSandboxFilter filter) {
        Optional<ListPodSandbox.Readiness> readiness = !filter.hasState()
                ? Optional.empty()
                : Optional.of(
                        switch (filter.getState().getState()) {
                            case SANDBOX_READY -> ListPodSandbox.Readiness.READY;
                            case SANDBOX_NOTREADY -> ListPodSandbox.Readiness.NOT_READY;
                            case UNRECOGNIZED ->
                                throw new CriusException.InvalidArgument("ListPodSandbox: unknown state in the filter");
                        });
        return new ListPodSandbox.Filter(given(filter.getId()), readiness, filter.getLabelSelectorMap());
    }

    private static ListContainers.Filter filter(ContainerFilter filter) {
        Optional<ContainerView.Phase> phase = !filter.hasState()
                ? Optional.empty()
                : Optional.of(
                        switch (filter.getState().getState()) {
                            case CONTAINER_CREATED -> ContainerView.Phase.CREATED;
                            case CONTAINER_RUNNING -> ContainerView.Phase.RUNNING;
                            case CONTAINER_EXITED -> ContainerView.Phase.EXITED;
                            case CONTAINER_UNKNOWN -> ContainerView.Phase.UNKNOWN;
                            case UNRECOGNIZED ->
                                throw new CriusException.InvalidArgument("ListContainers: unknown state in the filter");
                        });
        return new ListContainers.Filter(
                given(filter.getId()), given(filter.getPodSandboxId()), phase, filter.getLabelSelectorMap());
    }
}
