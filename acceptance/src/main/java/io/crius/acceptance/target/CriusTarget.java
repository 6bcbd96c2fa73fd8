package io.crius.acceptance.target;

import io.crius.acceptance.target.DaemonTarget.Daemon;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Crius on private folders, started by its own launcher. */
public final class CriusTarget {
    private CriusTarget() {}

    /** Writes the configuration; the server is not started. {@code launcher} is {@code bin/crius} of a built daemon. */
    public static Target in(TargetSettings settings, Path launcher) throws IOException {
        Path folder = Files.createDirectories(settings.folder());
        Path dropIns = Files.createDirectories(folder.resolve("crius.conf.d"));
        Path registries = Files.writeString(folder.resolve("registries.conf"), """
                [[registry]]
                location = "127.0.0.1"
                insecure = true
                """);
        Path policy = Files.writeString(
                folder.resolve("policy.json"), "{\"default\": [{\"type\": \"insecureAcceptAnything\"}]}");
        Path config = Files.writeString(folder.resolve("crius.conf"), configuration(settings, registries, policy));
        Files.writeString(dropIns.resolve("10-options.conf"), settings.options());
        return new DaemonTarget(new Daemon(
                "crius with " + settings.runtime().getFileName(),
                TargetKind.CRIUS,
                folder.resolve("cri.sock"),
                List.of(
                        launcher.toString(),
                        "daemon",
                        "--config",
                        config.toString(),
                        "--config-dir",
                        dropIns.toString()),
                folder.resolve("daemon.log")));
    }

    private static String configuration(TargetSettings settings, Path registries, Path policy) {
        return """
                [crio]
                root = "%1$s/storage"
                runroot = "%9$s/storage"
                storage_driver = "overlay"
                log_dir = "%1$s/logs"
                version_file = "%9$s/version"
                clean_shutdown_file = "%1$s/clean.shutdown"

                [crio.api]
                listen = "%1$s/cri.sock"
                stream_address = "127.0.0.1"
                stream_port = "0"

                [crio.runtime]
                default_runtime = "%2$s"
                cgroup_manager = "cgroupfs"
                drop_infra_ctr = true
                container_exits_dir = "%9$s/exits"
                container_attach_socket_dir = "%9$s/attach"
                namespaces_dir = "%9$s/ns"
                hooks_dir = []
                cdi_spec_dirs = []
                irqbalance_config_restore_file = "disable"

                [crio.runtime.runtimes.%2$s]
                runtime_path = "%3$s"
                runtime_root = "%9$s/oci"
                runtime_type = "oci"

                [crio.image]
                pause_image = "%4$s"
                signature_policy = "%8$s"
                signature_policy_dir = "%1$s/policies"

                [crio.network]
                network_dir = "%5$s"
                plugin_dirs = ["%6$s"]

                [crius]
                state_dir = "%1$s/state"
                run_dir = "%9$s"
                registries_conf = "%7$s"
                registries_conf_dir = "%1$s/registries.conf.d"
                registries_d = "%1$s/registries.d"
                certs_dir = "%1$s/certs.d"
                """.formatted(
                        settings.folder(),
                        settings.runtime().getFileName(),
                        settings.runtime(),
                        settings.pauseImage(),
                        settings.cniConfiguration(),
                        TargetSettings.CNI_PLUGINS,
                        registries,
                        policy,
                        TargetSettings.run(settings.folder()));
    }
}
