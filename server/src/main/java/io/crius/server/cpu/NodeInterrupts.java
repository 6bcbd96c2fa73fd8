package io.crius.server.cpu;

import static java.lang.System.Logger.Level.WARNING;

import io.crius.cgroup.CpuSet;
import io.crius.linux.AtomicFiles;
import io.crius.linux.FileMode;
import io.crius.model.CriusException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Which CPUs serve the node's interrupts: the kernel's mask for new ones, and what irqbalance is told of those that
 * there are. Not thread-safe: its caller has a lock.
 */
public final class NodeInterrupts {
    private static final System.Logger LOG = System.getLogger(NodeInterrupts.class.getName());

    /** Compat: irqbalance(1) reads it from its environment file. */
    private static final String BANNED = "IRQBALANCE_BANNED_CPUS";

    private static final long LONGEST_SECONDS = 10;

    /**
     * Where interrupts are configured.
     *
     * @param mask {@code /proc/irq/default_smp_affinity}
     * @param config {@code irqbalance_config_file}; nothing is written where it is not there
     * @param balance the command that lets irqbalance look at its configuration again; not run where there is no configuration
     */
    public record Places(Path mask, Optional<Path> config, List<String> balance) {
        public Places {
            balance = List.copyOf(balance);
        }
    }

    private final Places places;
    private final AtomicFiles files;

    public NodeInterrupts(Places places, AtomicFiles files) {
        this.places = places;
        this.files = files;
    }

    /**
     * Keeps which CPUs irqbalance was told to leave alone before the first container came, and tells it that again after a reboot,
     * which ended all containers. Compat: CRI-O's, a reboot is known by all CPUs serving interrupts.
     *
     * @param saved where that is kept, over reboots
     */
    public void restore(Path saved) {
        Optional<Path> config = places.config().filter(Files::exists);
        if (config.isEmpty() || !allServe()) {
            return;
        }
        CpuSet banned = banned();
        if (!Files.exists(saved)) {
            save(saved, banned);
            return;
        }
        CpuSet original = CpuMask.parse(NodeCpus.read(saved));
        if (!original.equals(banned)) {
            tell(config.get(), original);
        }
    }

    private void save(Path saved, CpuSet banned) {
        try {
            Files.createDirectories(
                    Objects.requireNonNull(saved.toAbsolutePath().getParent()));
        } catch (IOException e) {
            throw new CriusException.Failed("folder of " + saved + ": " + e, e);
        }
        write(saved, CpuMask.format(banned) + "\n");
    }

    /** Kernel: the mask has a bit for each CPU, and all of them are set at the start. */
    private boolean allServe() {
        CpuSet serving = now();
        return !serving.isEmpty() && serving.toString().equals(serving.size() == 1 ? "0" : "0-" + (serving.size() - 1));
    }

    /** What would have to be changed so that these CPUs serve no interrupts. */
    SilentCpus change(CpuSet cpus) {
        return new SilentCpus(cpus.without(cpus.without(now())), cpus.without(banned()));
    }

    /** These CPUs serve no interrupts from now on. */
    void ban(SilentCpus cpus) {
        change(now().without(cpus.unmasked()), banned().and(cpus.banned()));
    }

    /** These CPUs serve interrupts again. */
    void allow(SilentCpus cpus) {
        change(now().and(cpus.unmasked()), banned().without(cpus.banned()));
    }

    private CpuSet now() {
        return CpuMask.parse(NodeCpus.read(places.mask()));
    }

    /** Kernel: an empty mask is refused, so the last CPU serves interrupts whatever is wished. */
    private void change(CpuSet serving, CpuSet banned) {
        if (serving.isEmpty()) {
            throw new CriusException.FailedPrecondition(
                    "no CPU of the node would be left for interrupts: " + places.mask() + " cannot become empty");
        }
        NodeCpus.write(places.mask(), CpuMask.format(serving));
        Optional<Path> config = places.config().filter(Files::exists);
        if (config.isPresent()) {
            tell(config.get(), banned);
        }
    }

    private CpuSet banned() {
        return places.config()
                .filter(Files::exists)
                .map(NodeCpus::read)
                .flatMap(text -> text.lines()
                        .filter(line -> line.startsWith(BANNED + "="))
                        .reduce((_, last) -> last))
                .map(line -> line.substring(BANNED.length() + 1).replace("\"", ""))
                .map(CpuMask::parse)
                .orElse(CpuSet.EMPTY);
    }

    private void tell(Path config, CpuSet banned) {
        List<String> lines = new ArrayList<>(NodeCpus.read(config)
                .lines()
                .filter(line -> !line.startsWith(BANNED + "="))
                .toList());
        lines.add(BANNED + "=\"" + CpuMask.format(banned) + "\"");
        write(config, String.join("\n", lines) + "\n");
        balance();
    }

    private void write(Path file, String text) {
        try {
            files.write(file, text.getBytes(StandardCharsets.UTF_8), FileMode.PUBLIC);
        } catch (IOException e) {
            throw new CriusException.Failed("write " + file + ": " + e, e);
        }
    }

    /** What there is goes on to be served where it was until irqbalance has looked; new interrupts obey the mask at once. */
    private void balance() {
        try {
            // Not by a pipe: a child that the command leaves behind would keep that open.
            Path said = Files.createTempFile("crius-irqbalance", ".log");
            try {
                balance(said);
            } finally {
                Files.deleteIfExists(said);
            }
        } catch (IOException e) {
            LOG.log(WARNING, () -> "irqbalance was not told of CPUs without interrupts: " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CriusException.Cancelled("telling irqbalance", e);
        }
    }

    private void balance(Path said) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(places.balance())
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        process.getOutputStream().close();
        boolean ended = process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS);
        if (!ended) {
            process.destroyForcibly();
        }
        if (!ended || process.exitValue() != 0) {
            String output = Files.readString(said).strip();
            LOG.log(
                    WARNING,
                    () -> "irqbalance was not told of CPUs without interrupts: " + places.balance()
                            + (ended ? " ended with " + process.exitValue() + ": " + output : " did not end"));
        }
    }
}
