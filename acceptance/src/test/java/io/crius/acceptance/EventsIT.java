package io.crius.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.acceptance.Node.Pod;
import io.crius.acceptance.target.Trait;
import io.crius.cri.v1.ContainerEventResponse;
import io.crius.cri.v1.ContainerEventType;
import io.crius.cri.v1.ContainerState;
import io.crius.cri.v1.ContainerStatus;
import io.crius.cri.v1.PodSandboxState;
import io.crius.cri.v1.PodSandboxStatusRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The stream of events that kubelet's evented PLEG reads. */
@Needs({Trait.READS_CRIO_CONF, Trait.SPEAKS_CRI_1_36})
class EventsIT {
    @RegisterExtension
    static final Node node = new Node("""
            [crio.runtime]
            enable_pod_events = true
            """);

    @Test
    void aLifeIsToldInOrderWithWhatWasTrueThen() throws Exception {
        try (var listener = EventListener.start(node)) {
            Pod pod = node.runPod("web");
            String id = node.run(pod, node.shell("main", "exit 7"));
            ContainerEventResponse stopped = listener.await(id, ContainerEventType.CONTAINER_STOPPED_EVENT);
            node.containers().remove(id);
            node.pods().stop(pod.id());
            node.pods().remove(pod.id());
            ContainerEventResponse last = listener.await(pod.id(), ContainerEventType.CONTAINER_DELETED_EVENT);

            assertThat(listener.of(id))
                    .containsExactly(
                            ContainerEventType.CONTAINER_CREATED_EVENT,
                            ContainerEventType.CONTAINER_STARTED_EVENT,
                            ContainerEventType.CONTAINER_STOPPED_EVENT,
                            ContainerEventType.CONTAINER_DELETED_EVENT);
            assertThat(listener.of(pod.id()))
                    .containsExactly(
                            ContainerEventType.CONTAINER_CREATED_EVENT,
                            ContainerEventType.CONTAINER_STARTED_EVENT,
                            ContainerEventType.CONTAINER_STOPPED_EVENT,
                            ContainerEventType.CONTAINER_DELETED_EVENT);
            assertThat(listener.events())
                    .extracting(ContainerEventResponse::getCreatedAt)
                    .isSorted()
                    .doesNotHaveDuplicates();
            assertThat(stopped.getPodSandboxStatus().getId()).isEqualTo(pod.id());
            assertThat(stopped.getPodSandboxStatus().getState()).isEqualTo(PodSandboxState.SANDBOX_READY);
            assertThat(stopped.getPodSandboxStatus().getNetwork().getIp()).isNotEmpty();
            ContainerStatus status = stopped.getContainersStatuses(0);
            assertThat(status.getId()).isEqualTo(id);
            assertThat(status.getState()).isEqualTo(ContainerState.CONTAINER_EXITED);
            assertThat(status.getExitCode()).isEqualTo(7);
            assertThat(status.getReason()).isEqualTo("Error");
            assertThat(last.getPodSandboxStatus().getMetadata())
                    .isEqualTo(pod.config().getMetadata());
            assertThat(last.getContainersStatusesList()).isEmpty();
        }
    }

    @Test
    void severalListenersHearTheSame() throws Exception {
        try (var one = EventListener.start(node);
                var two = EventListener.start(node)) {
            String id = node.run(node.runPod("web"), node.shell("main", "true"));
            one.await(id, ContainerEventType.CONTAINER_STOPPED_EVENT);
            two.await(id, ContainerEventType.CONTAINER_STOPPED_EVENT);
            assertThat(one.of(id)).isEqualTo(two.of(id)).hasSize(3);
        }
    }

    @Test
    void aKilledContainerIsStoppedThenDeleted() throws Exception {
        try (var listener = EventListener.start(node)) {
            String id = node.run(node.runPod("web"), node.idle("main"));
            node.containers().remove(id);
            listener.await(id, ContainerEventType.CONTAINER_DELETED_EVENT);
            assertThat(listener.of(id))
                    .containsExactly(
                            ContainerEventType.CONTAINER_CREATED_EVENT,
                            ContainerEventType.CONTAINER_STARTED_EVENT,
                            ContainerEventType.CONTAINER_STOPPED_EVENT,
                            ContainerEventType.CONTAINER_DELETED_EVENT);
        }
    }

    @Test
    void theStatusOfAPodHasItsContainersAndATime() throws Exception {
        Pod pod = node.runPod("web");
        String id = node.run(pod, node.idle("main"));
        var response = node.client()
                .runtime()
                .podSandboxStatus(PodSandboxStatusRequest.newBuilder()
                        .setPodSandboxId(pod.id())
                        .build());
        assertThat(response.getContainersStatusesList())
                .extracting(ContainerStatus::getId)
                .containsExactly(id);
        assertThat(response.getTimestamp()).isPositive();
    }
}
