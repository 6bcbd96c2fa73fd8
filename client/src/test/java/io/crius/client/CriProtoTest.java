package io.crius.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.cri.v1.ImageServiceGrpc;
import io.crius.cri.v1.RuntimeServiceGrpc;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServiceDescriptor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The protocol has all 41 calls of CRI v1.36, with the names and the request and answer types of the wire. */
class CriProtoTest {
    private static final Path PROTO = Path.of("../cri-api/src/main/protobuf/runtime/v1/api.proto");

    private static final List<String> RUNTIME = List.of(
            "Version(VersionRequest) VersionResponse",
            "RunPodSandbox(RunPodSandboxRequest) RunPodSandboxResponse",
            "StopPodSandbox(StopPodSandboxRequest) StopPodSandboxResponse",
            "RemovePodSandbox(RemovePodSandboxRequest) RemovePodSandboxResponse",
            "PodSandboxStatus(PodSandboxStatusRequest) PodSandboxStatusResponse",
            "ListPodSandbox(ListPodSandboxRequest) ListPodSandboxResponse",
            "StreamPodSandboxes(StreamPodSandboxesRequest) stream StreamPodSandboxesResponse",
            "CreateContainer(CreateContainerRequest) CreateContainerResponse",
            "StartContainer(StartContainerRequest) StartContainerResponse",
            "StopContainer(StopContainerRequest) StopContainerResponse",
            "RemoveContainer(RemoveContainerRequest) RemoveContainerResponse",
            "ListContainers(ListContainersRequest) ListContainersResponse",
            "StreamContainers(StreamContainersRequest) stream StreamContainersResponse",
            "ContainerStatus(ContainerStatusRequest) ContainerStatusResponse",
            "UpdateContainerResources(UpdateContainerResourcesRequest) UpdateContainerResourcesResponse",
            "ReopenContainerLog(ReopenContainerLogRequest) ReopenContainerLogResponse",
            "ExecSync(ExecSyncRequest) ExecSyncResponse",
            "Exec(ExecRequest) ExecResponse",
            "Attach(AttachRequest) AttachResponse",
            "PortForward(PortForwardRequest) PortForwardResponse",
            "ContainerStats(ContainerStatsRequest) ContainerStatsResponse",
            "ListContainerStats(ListContainerStatsRequest) ListContainerStatsResponse",
            "StreamContainerStats(StreamContainerStatsRequest) stream StreamContainerStatsResponse",
            "PodSandboxStats(PodSandboxStatsRequest) PodSandboxStatsResponse",
            "ListPodSandboxStats(ListPodSandboxStatsRequest) ListPodSandboxStatsResponse",
            "StreamPodSandboxStats(StreamPodSandboxStatsRequest) stream StreamPodSandboxStatsResponse",
            "UpdateRuntimeConfig(UpdateRuntimeConfigRequest) UpdateRuntimeConfigResponse",
            "Status(StatusRequest) StatusResponse",
            "CheckpointContainer(CheckpointContainerRequest) CheckpointContainerResponse",
            "GetContainerEvents(GetEventsRequest) stream ContainerEventResponse",
            "ListMetricDescriptors(ListMetricDescriptorsRequest) ListMetricDescriptorsResponse",
            "ListPodSandboxMetrics(ListPodSandboxMetricsRequest) ListPodSandboxMetricsResponse",
            "StreamPodSandboxMetrics(StreamPodSandboxMetricsRequest) stream StreamPodSandboxMetricsResponse",
            "RuntimeConfig(RuntimeConfigRequest) RuntimeConfigResponse",
            "UpdatePodSandboxResources(UpdatePodSandboxResourcesRequest) UpdatePodSandboxResourcesResponse");

    private static final List<String> IMAGES = List.of(
            "ListImages(ListImagesRequest) ListImagesResponse",
            "StreamImages(StreamImagesRequest) stream StreamImagesResponse",
            "ImageStatus(ImageStatusRequest) ImageStatusResponse",
            "PullImage(PullImageRequest) PullImageResponse",
            "RemoveImage(RemoveImageRequest) RemoveImageResponse",
            "ImageFsInfo(ImageFsInfoRequest) ImageFsInfoResponse");

    @Test
    void theProtoTextDeclaresAll41Calls() throws IOException {
        Pattern rpc = Pattern.compile("\\brpc\\s+(\\w+)\\s*\\((\\w+)\\)\\s*returns\\s*\\((stream )?(\\w+)\\)");
        String text = Files.readString(PROTO, StandardCharsets.UTF_8);
        List<String> declared =
                rpc.matcher(text).results().map(CriProtoTest::signature).toList();
        assertThat(declared)
                .hasSize(41)
                .containsExactlyInAnyOrderElementsOf(
                        Stream.concat(RUNTIME.stream(), IMAGES.stream()).toList());
    }

    private static String signature(MatchResult rpc) {
        String stream = rpc.group(3) == null ? "" : "stream ";
        return rpc.group(1) + "(" + rpc.group(2) + ") " + stream + rpc.group(4);
    }

    @Test
    void theStubsCallTheServicesByTheNamesOfTheWire() {
        assertThat(paths(RuntimeServiceGrpc.getServiceDescriptor()))
                .containsExactlyInAnyOrderElementsOf(expectedPaths("runtime.v1.RuntimeService", RUNTIME));
        assertThat(paths(ImageServiceGrpc.getServiceDescriptor()))
                .containsExactlyInAnyOrderElementsOf(expectedPaths("runtime.v1.ImageService", IMAGES));
    }

    private static List<String> paths(ServiceDescriptor service) {
        return service.getMethods().stream()
                .map(method ->
                        method.getFullMethodName() + (method.getType() == MethodType.SERVER_STREAMING ? " stream" : ""))
                .toList();
    }

    private static List<String> expectedPaths(String service, List<String> signatures) {
        return signatures.stream()
                .map(signature -> service + "/" + signature.substring(0, signature.indexOf('('))
                        + (signature.contains(") stream ") ? " stream" : ""))
                .toList();
    }
}
