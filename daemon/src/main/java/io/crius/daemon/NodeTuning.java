package io.crius.daemon;

import static java.lang.System.Logger.Level.WARNING;

import io.crius.cgroup.CgroupTree;
import io.crius.config.CriusConfig;
import io.crius.linux.AtomicFiles;
import io.crius.model.CriusException;
import io.crius.server.cpu.CpuIsolation;
import io.crius.server.cpu.NodeCpus;
import io.crius.server.cpu.NodeInterrupts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Where this node lets CPUs and interrupts be changed for containers. */
final class NodeTuning {
    private static final System.Logger LOG = System.getLogger("io.crius.daemon");
    private static final Path SYSTEMD = Path.of("/run/systemd/system");

    private NodeTuning() {}

    static CpuIsolation of(CriusConfig config, CgroupTree cgroups, AtomicFiles files) {
        var places = new NodeInterrupts.Places(
                Path.of("/proc/irq/default_smp_affinity"), config.runtime().irqbalanceConfigFile(), balance());
        var interrupts = new NodeInterrupts(places, files);
        restore(interrupts, config.runtime().irqbalanceConfigRestoreFile());
        return CpuIsolation.open(
                config.crius().runDir().resolve("cpus"),
                new CpuIsolation.Node(new NodeCpus(Path.of("/sys/devices/system/cpu")), interrupts, cgroups, files));
    }

    /** What cannot be restored is no reason not to serve. */
    private static void restore(NodeInterrupts interrupts, String saved) {
        if (saved.equals("disable") || saved.isEmpty()) {
            return;
        }
        try {
            interrupts.restore(Path.of(saved));
        } catch (CriusException e) {
            LOG.log(WARNING, () -> "irqbalance_config_restore_file: " + e.getMessage());
        }
    }

    /** Under systemd it is a service, which is left alone where it does not run. */
    private static List<String> balance() {
        return Files.isDirectory(SYSTEMD)
                ? List.of("systemctl", "try-restart", "irqbalance.service")
                : List.of("irqbalance", "--oneshot");
    }
}
