package io.crius.daemon.cli;

import io.crius.client.ContainerBuilder;
import io.crius.client.CriClient;
import io.crius.client.PodBuilder;
import io.crius.cri.v1.ContainerConfig;
import io.crius.cri.v1.PodSandboxConfig;
import io.crius.cri.v1.SecurityProfile;
import java.nio.file.Path;
import java.time.Duration;

/** Pods that live through all that the kubelet does with one. For one thread. */
final class TrainingPods {
    private static final Duration GRACE = Duration.ofSeconds(1);
    private static final int EXECS = 3;
    private static final String END_WHEN_TOLD = "trap 'exit 0' TERM; while :; do /bin/busybox sleep 1000 & wait; done";

    private final CriClient client;
    private final Path logs;
    private final String cgroupParent;
    private final TrainingPerson person;
    private int count;

    TrainingPods(CriClient client, TrainingPerson person, Path logs, String cgroupParent) {
        this.client = client;
        this.person = person;
        this.logs = logs;
        this.cgroupParent = cgroupParent;
    }

    void live(String image) {
        count++;
        PodSandboxConfig config = PodBuilder.pod("training-" + count, "uid-" + count)
                .hostname("training")
                .logDirectory(logs)
                .cgroupParent(cgroupParent)
                .build();
        String pod = client.pods().run(config);
        try {
            String container = client.containers().run(pod, container(image), config);
            for (int i = 0; i < EXECS; i++) {
                var _ = client.containers().exec(container, "/bin/busybox", "true");
            }
            look(pod, container);
            client.containers().stop(container, GRACE);
            client.containers().remove(container);
        } finally {
            client.pods().stop(pod);
            client.pods().remove(pod);
        }
    }

    private static ContainerConfig container(String image) {
        return ContainerBuilder.container("training", image)
                .command("/bin/busybox", "sh", "-c", END_WHEN_TOLD)
                .env("NAME", "value")
                .security(context -> context.setSeccomp(
                        SecurityProfile.newBuilder().setProfileType(SecurityProfile.ProfileType.RuntimeDefault)))
                .build();
    }

    private void look(String pod, String container) {
        client.containers().status(container);
        client.pods().status(pod);
        var _ = client.containers().list();
        var _ = client.pods().list();
        person.look(pod, container);
    }
}
