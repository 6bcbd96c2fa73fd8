package io.crius.acceptance.target;

import io.crius.acceptance.target.DaemonTarget.Daemon;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Debian's containerd on private folders, driven as kubelet drives it. It proves that the cases ask for the right thing. */
public final class ContainerdTarget {
    /** Where Debian has it. */
    public static final Path PROGRAM = Path.of("/usr/bin/containerd");

    private ContainerdTarget() {}

    /** Writes the configuration; the server is not started. */
    public static Target in(TargetSettings settings) throws IOException {
        Path folder = Files.createDirectories(settings.folder());
        Path certs = Files.createDirectories(folder.resolve("certs.d"));
        Path config = Files.writeString(folder.resolve("config.toml"), configuration(settings, certs));
        return new DaemonTarget(new Daemon(
                "containerd with " + settings.runtime().getFileName(),
                TargetKind.CONTAINERD,
                folder.resolve("cri.sock"),
                List.of(PROGRAM.toString(), "--config", config.toString()),
                folder.resolve("daemon.log")));
    }

    /**
     * Kernel: oom_score_adj cannot be lowered without CAP_SYS_RESOURCE, so it is restricted. Namespaces are pinned in the
     * private folder. Registries on loopback are taken over HTTP without being told.
     */
    private static String configuration(TargetSettings settings, Path certs) {
        Path folder = settings.folder();
        return """
                version = 2
                root = "%1$s/root"
                state = "%7$s/state"
                disabled_plugins = [
                  "io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.btrfs",
                  "io.containerd.snapshotter.v1.devmapper", "io.containerd.snapshotter.v1.zfs"]

                [grpc]
                address = "%1$s/cri.sock"

                [plugins."io.containerd.internal.v1.opt"]
                path = "%1$s/opt"

                [plugins."io.containerd.grpc.v1.cri"]
                sandbox_image = "%2$s"
                disable_apparmor = true
                restrict_oom_score_adj = true
                netns_mounts_under_state_dir = true

                [plugins."io.containerd.grpc.v1.cri".cni]
                conf_dir = "%3$s"
                bin_dir = "%4$s"

                [plugins."io.containerd.grpc.v1.cri".registry]
                config_path = "%5$s"

                [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
                runtime_type = "io.containerd.runc.v2"

                [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
                BinaryName = "%6$s"
                Root = "%7$s/oci"
                """.formatted(
                        folder,
                        settings.pauseImage(),
                        settings.cniConfiguration(),
                        TargetSettings.CNI_PLUGINS,
                        certs,
                        settings.runtime(),
                        TargetSettings.run(folder));
    }
}
