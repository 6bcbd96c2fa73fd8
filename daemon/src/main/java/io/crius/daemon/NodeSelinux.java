package io.crius.daemon;

import static java.lang.System.Logger.Level.INFO;

import io.crius.config.RuntimeTable;
import io.crius.linux.Linux;
import io.crius.server.container.VolumeLabels;
import io.crius.server.sandbox.PodChooser;
import io.crius.server.selinux.ContainerContexts;
import io.crius.server.selinux.KernelFileLabels;
import io.crius.server.selinux.Levels;
import io.crius.server.selinux.SelinuxLabels;
import io.crius.server.state.Registry;
import io.crius.server.state.SelinuxLabel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Whether the node has SELinux and containers get its labels. Compat: where {@code selinux} is not set, the node decides.
 *
 * @param labels empty where they get none
 */
record NodeSelinux(Optional<SelinuxLabels> labels, Optional<Levels> levels) {
    private static final System.Logger LOG = System.getLogger("io.crius.daemon");

    /** Kernel: selinuxfs is mounted where SELinux is on. */
    private static final Path ENFORCE = Path.of("/sys/fs/selinux/enforce");

    static NodeSelinux of(RuntimeTable runtime, Registry registry) {
        boolean wanted = runtime.selinux().orElse(true);
        if (!wanted || !Files.exists(ENFORCE)) {
            return new NodeSelinux(Optional.empty(), Optional.empty());
        }
        ContainerContexts contexts = ContainerContexts.ofNode(Path.of("/"));
        LOG.log(INFO, () -> "containers get labels of SELinux, beginning with " + contexts.process());
        return new NodeSelinux(
                Optional.of(new SelinuxLabels(
                        contexts,
                        runtime.hostnetworkDisableSelinux()
                                ? SelinuxLabels.HostNetwork.UNCONFINED
                                : SelinuxLabels.HostNetwork.CONFINED)),
                Optional.of(new Levels(() -> taken(registry), new SecureRandom())));
    }

    private static Set<String> taken(Registry registry) {
        return registry.everyPod().stream()
                .flatMap(pod -> pod.definition().plan().choices().labels().process().stream())
                .map(SelinuxLabel::level)
                .collect(Collectors.toSet());
    }

    Optional<PodChooser.Selinux> forPods() {
        return labels.map(on -> new PodChooser.Selinux(on, levels.orElseThrow()));
    }

    Optional<VolumeLabels.Selinux> forVolumes(Linux linux) {
        return labels.map(on -> new VolumeLabels.Selinux(on, new KernelFileLabels(linux)));
    }

    String imageLabel() {
        return labels.map(on -> on.images().toString()).orElse("");
    }
}
