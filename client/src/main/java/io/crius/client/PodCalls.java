package io.crius.client;

import io.crius.cri.v1.LinuxContainerResources;
import io.crius.cri.v1.ListPodSandboxRequest;
import io.crius.cri.v1.PodSandbox;
import io.crius.cri.v1.PodSandboxConfig;
import io.crius.cri.v1.PodSandboxFilter;
import io.crius.cri.v1.PodSandboxStatus;
import io.crius.cri.v1.PodSandboxStatusRequest;
import io.crius.cri.v1.PodSandboxStatusResponse;
import io.crius.cri.v1.RemovePodSandboxRequest;
import io.crius.cri.v1.RunPodSandboxRequest;
import io.crius.cri.v1.StopPodSandboxRequest;
import io.crius.cri.v1.StreamPodSandboxesRequest;
import io.crius.cri.v1.StreamPodSandboxesResponse;
import io.crius.cri.v1.UpdatePodSandboxResourcesRequest;
import java.util.ArrayList;
import java.util.List;

/** The RPCs about pods. Each blocks for its answer and fails with {@link io.grpc.StatusRuntimeException}. */
public final class PodCalls {
    private final CriClient client;

    PodCalls(CriClient client) {
        this.client = client;
    }

    /** RunPodSandbox with the default runtime handler; gives the pod's id. */
    public String run(PodSandboxConfig config) {
        return run(config, "");
    }

    /** RunPodSandbox with a runtime handler by name; empty means the default one. Kubelet allows it twice the time. */
    public String run(PodSandboxConfig config, String runtimeHandler) {
        RunPodSandboxRequest request = RunPodSandboxRequest.newBuilder()
                .setConfig(config)
                .setRuntimeHandler(runtimeHandler)
                .build();
        return client.runtime(
                        client.options().callTimeout().plus(client.options().callTimeout()))
                .runPodSandbox(request)
                .getPodSandboxId();
    }

    /** StopPodSandbox. */
    public void stop(String id) {
        var _ = client.runtime()
                .stopPodSandbox(
                        StopPodSandboxRequest.newBuilder().setPodSandboxId(id).build());
    }

    /** RemovePodSandbox. */
    public void remove(String id) {
        var _ = client.runtime()
                .removePodSandbox(
                        RemovePodSandboxRequest.newBuilder().setPodSandboxId(id).build());
    }

    /** UpdatePodSandboxResources. */
    public void update(String id, LinuxContainerResources resources) {
        var _ = client.runtime()
                .updatePodSandboxResources(UpdatePodSandboxResourcesRequest.newBuilder()
                        .setPodSandboxId(id)
                        .setResources(resources)
                        .build());
    }

    /** PodSandboxStatus without the verbose part. */
    public PodSandboxStatus status(String id) {
        return client.runtime()
                .podSandboxStatus(
                        PodSandboxStatusRequest.newBuilder().setPodSandboxId(id).build())
                .getStatus();
    }

    /** PodSandboxStatus with the map of implementation details. */
    public PodSandboxStatusResponse verboseStatus(String id) {
        return client.runtime()
                .podSandboxStatus(PodSandboxStatusRequest.newBuilder()
                        .setPodSandboxId(id)
                        .setVerbose(true)
                        .build());
    }

    /** ListPodSandbox without a filter. */
    public List<PodSandbox> list() {
        return list(PodSandboxFilter.getDefaultInstance());
    }

    /** ListPodSandbox: what meets all conditions of the filter. */
    public List<PodSandbox> list(PodSandboxFilter filter) {
        return client.runtime()
                .listPodSandbox(
                        ListPodSandboxRequest.newBuilder().setFilter(filter).build())
                .getItemsList();
    }

    /** Stops and removes all pods that meet the filter, one after the other. */
    public void removeAll(PodSandboxFilter filter) {
        for (PodSandbox pod : list(filter)) {
            stop(pod.getId());
            remove(pod.getId());
        }
    }

    /** StreamPodSandboxes, collected to its end. */
    public List<PodSandbox> stream(PodSandboxFilter filter) {
        List<PodSandbox> all = new ArrayList<>();
        client.runtime()
                .streamPodSandboxes(
                        StreamPodSandboxesRequest.newBuilder().setFilter(filter).build())
                .forEachRemaining((StreamPodSandboxesResponse part) -> all.addAll(part.getPodSandboxesList()));
        return all;
    }
}
