package io.crius.server.edge;

import io.crius.cri.v1.ContainerEventResponse;
import io.crius.cri.v1.ContainerStatsFilter;
import io.crius.cri.v1.ContainerStatsRequest;
import io.crius.cri.v1.ContainerStatsResponse;
import io.crius.cri.v1.GetEventsRequest;
import io.crius.cri.v1.ListContainerStatsRequest;
import io.crius.cri.v1.ListContainerStatsResponse;
import io.crius.cri.v1.ListMetricDescriptorsRequest;
import io.crius.cri.v1.ListMetricDescriptorsResponse;
import io.crius.cri.v1.ListPodSandboxMetricsRequest;
import io.crius.cri.v1.ListPodSandboxMetricsResponse;
import io.crius.cri.v1.ListPodSandboxStatsRequest;
import io.crius.cri.v1.ListPodSandboxStatsResponse;
import io.crius.cri.v1.PodSandboxStatsFilter;
import io.crius.cri.v1.PodSandboxStatsRequest;
import io.crius.cri.v1.PodSandboxStatsResponse;
import io.crius.cri.v1.RuntimeServiceGrpc;
import io.crius.cri.v1.StreamContainerStatsRequest;
import io.crius.cri.v1.StreamContainerStatsResponse;
import io.crius.cri.v1.StreamPodSandboxMetricsRequest;
import io.crius.cri.v1.StreamPodSandboxMetricsResponse;
import io.crius.cri.v1.StreamPodSandboxStatsRequest;
import io.crius.cri.v1.StreamPodSandboxStatsResponse;
import io.crius.server.events.EventFeed;
import io.crius.server.podmetrics.PodMetrics;
import io.crius.server.stats.MeasuredContainer;
import io.crius.server.stats.MeasuredPod;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Optional;

/** The calls of RuntimeService that only look: statistics, metrics and events. */
class ObservationGrpc extends RuntimeServiceGrpc.RuntimeServiceImplBase {
    private final Calls calls;
    private final StatsCalls stats;
    private final StatsWriter writer;
    private final Optional<EventFeed> events;

    /** {@code events} is empty where the configuration does not want any. */
    ObservationGrpc(Calls calls, StatsCalls stats, Optional<EventFeed> events) {
        this.calls = calls;
        this.stats = stats;
        this.writer = new StatsWriter(stats.writableLayers());
        this.events = events;
    }

    @Override
    public void containerStats(ContainerStatsRequest request, StreamObserver<ContainerStatsResponse> out) {
        calls.answer(
                "ContainerStats",
                out,
                () -> ContainerStatsResponse.newBuilder()
                        .setStats(writer.container(stats.container().stats(request.getContainerId())))
                        .build());
    }

    @Override
    public void listContainerStats(ListContainerStatsRequest request, StreamObserver<ListContainerStatsResponse> out) {
        calls.answer(
                "ListContainerStats",
                out,
                () -> ListContainerStatsResponse.newBuilder()
                        .addAllStats(containers(request.getFilter()).stream()
                                .map(writer::container)
                                .toList())
                        .build());
    }

    @Override
    public void streamContainerStats(
            StreamContainerStatsRequest request, StreamObserver<StreamContainerStatsResponse> out) {
        calls.stream(
                "StreamContainerStats",
                out,
                () -> containers(request.getFilter()),
                chunk -> StreamContainerStatsResponse.newBuilder()
                        .addAllContainerStats(
                                chunk.stream().map(writer::container).toList())
                        .build());
    }

    private List<MeasuredContainer> containers(ContainerStatsFilter filter) {
        return stats.containers()
                .list(given(filter.getId()), given(filter.getPodSandboxId()), filter.getLabelSelectorMap());
    }

    @Override
    public void podSandboxStats(PodSandboxStatsRequest request, StreamObserver<PodSandboxStatsResponse> out) {
        calls.answer(
                "PodSandboxStats",
                out,
                () -> PodSandboxStatsResponse.newBuilder()
                        .setStats(writer.pod(stats.pod().stats(request.getPodSandboxId())))
                        .build());
    }

    @Override
    public void listPodSandboxStats(
            ListPodSandboxStatsRequest request, StreamObserver<ListPodSandboxStatsResponse> out) {
        calls.answer(
                "ListPodSandboxStats",
                out,
                () -> ListPodSandboxStatsResponse.newBuilder()
                        .addAllStats(pods(request.getFilter()).stream()
                                .map(writer::pod)
                                .toList())
                        .build());
    }

    @Override
    public void streamPodSandboxStats(
            StreamPodSandboxStatsRequest request, StreamObserver<StreamPodSandboxStatsResponse> out) {
        calls.stream(
                "StreamPodSandboxStats",
                out,
                () -> pods(request.getFilter()),
                chunk -> StreamPodSandboxStatsResponse.newBuilder()
                        .addAllPodSandboxStats(chunk.stream().map(writer::pod).toList())
                        .build());
    }

    private List<MeasuredPod> pods(PodSandboxStatsFilter filter) {
        return stats.pods().list(given(filter.getId()), filter.getLabelSelectorMap());
    }

    @Override
    public void listMetricDescriptors(
            ListMetricDescriptorsRequest request, StreamObserver<ListMetricDescriptorsResponse> out) {
        calls.answer(
                "ListMetricDescriptors",
                out,
                () -> ListMetricDescriptorsResponse.newBuilder()
                        .addAllDescriptors(stats.descriptors().list().stream()
                                .map(MetricsWriter::descriptor)
                                .toList())
                        .build());
    }

    @Override
    public void listPodSandboxMetrics(
            ListPodSandboxMetricsRequest request, StreamObserver<ListPodSandboxMetricsResponse> out) {
        calls.answer(
                "ListPodSandboxMetrics",
                out,
                () -> ListPodSandboxMetricsResponse.newBuilder()
                        .addAllPodMetrics(stats.metrics().list().stream()
                                .map(MetricsWriter::pod)
                                .toList())
                        .build());
    }

    @Override
    public void streamPodSandboxMetrics(
            StreamPodSandboxMetricsRequest request, StreamObserver<StreamPodSandboxMetricsResponse> out) {
        calls.<PodMetrics, StreamPodSandboxMetricsResponse>stream(
                "StreamPodSandboxMetrics",
                out,
                stats.metrics()::list,
                chunk -> StreamPodSandboxMetricsResponse.newBuilder()
                        .addAllPodSandboxMetrics(
                                chunk.stream().map(MetricsWriter::pod).toList())
                        .build());
    }

    /** Compat: without events the stream ends at once, without an error. */
    @Override
    public void getContainerEvents(GetEventsRequest request, StreamObserver<ContainerEventResponse> out) {
        if (events.isEmpty() || !(out instanceof ServerCallStreamObserver<ContainerEventResponse> stream)) {
            out.onCompleted();
            return;
        }
        EventStream.begin(events.get(), stream);
    }

    /** Whether events are on: kubelet then wants all containers in the status of a pod. */
    final boolean hasEvents() {
        return events.isPresent();
    }

    static Optional<String> given(String value) {
        return value.isEmpty() ? Optional.empty() : Optional.of(value);
    }
}
