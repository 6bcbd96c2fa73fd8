package io.crius.cgroup;

import io.crius.model.CriusException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/** The v2 tree. */
final class UnifiedTree implements CgroupTree {
    private static final String EXCLUSIVE = "cpuset.cpus.exclusive";
    private static final String PARTITION = "cpuset.cpus.partition";
    private static final String CONTROLLERS = "cgroup.controllers";
    private static final String SUBTREE_CONTROL = "cgroup.subtree_control";

    private final Path root;
    private final BusyRetry retry;
    private final ExpectedMoves expectedMoves;

    UnifiedTree(Path root, BusyRetry retry) {
        this.root = root;
        this.retry = retry;
        this.expectedMoves = new ExpectedMoves(Map.of("", root));
    }

    @Override
    public Controllers controllers() {
        Set<String> names = new HashSet<>(CgroupFiles.read(root.resolve(CONTROLLERS))
                .map(CgroupLayout::words)
                .orElse(Set.of()));
        if (names.remove("io")) {
            names.add("blkio");
        }
        return new Controllers(names, names.contains("memory") && hasSwap());
    }

    /** Kernel: the root has no memory.swap.max; any cgroup with the memory controller below it has, if swap counts. */
    private boolean hasSwap() {
        try {
            return new CgroupFolder(root)
                    .children().stream().anyMatch(child -> Files.exists(child.file("memory.swap.max")));
        } catch (IOException e) {
            throw new CriusException.Failed("look for swap accounting below " + root + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void expectMoves() {
        expectedMoves.expect();
    }

    @Override
    public boolean exists(CgroupPath path) {
        return folder(path).exists();
    }

    @Override
    public void create(CgroupPath path) {
        Path parent = root;
        for (CgroupPath one : path.lineage()) {
            passControllersDown(parent);
            parent = one.in(root);
            makeFolder(parent);
        }
    }

    private static void makeFolder(Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new CriusException.Failed("make cgroup " + folder + ": " + e.getMessage(), e);
        }
    }

    /**
     * Lets children have what the cgroup has. Kernel: a controller may be refused, for example cpu while realtime processes
     * run elsewhere; limits of that kind then do not work there, which is no reason to refuse the cgroup.
     */
    private static void passControllersDown(Path folder) {
        Set<String> missing = new HashSet<>(CgroupFiles.read(folder.resolve(CONTROLLERS))
                .map(CgroupLayout::words)
                .orElse(Set.of()));
        missing.removeAll(CgroupFiles.read(folder.resolve(SUBTREE_CONTROL))
                .map(CgroupLayout::words)
                .orElse(Set.of()));
        if (!missing.isEmpty() && !enabled(folder, missing)) {
            missing.forEach(controller -> enabled(folder, Set.of(controller)));
        }
    }

    private static boolean enabled(Path folder, Set<String> controllers) {
        String request = controllers.stream().sorted().map(name -> "+" + name).collect(Collectors.joining(" "));
        try {
            CgroupFiles.write(folder.resolve(SUBTREE_CONTROL), request);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void remove(CgroupPath path) {
        CgroupFolder folder = folder(path);
        try {
            folder.removeAll(retry);
        } catch (IOException e) {
            throw new CriusException.Failed(
                    "remove cgroup " + folder.folder() + ": " + e.getMessage() + "; processes in it: "
                            + processes(path),
                    e);
        }
    }

    @Override
    public void stopLoadBalancing(CgroupPath path) {}

    @Override
    public void isolate(CgroupPath path, CpuSet cpus) {
        for (CgroupPath one : path.lineage()) {
            Path exclusive = folder(one).file(EXCLUSIVE);
            CpuSet now = CgroupFiles.read(exclusive)
                    .map(CpuSet::parse)
                    .orElseThrow(() -> new CriusException.FailedPrecondition("CPUs " + cpus + " of cgroup " + path
                            + " cannot be isolated: there is no " + exclusive
                            + "; the kernel has it since 6.7, with the"
                            + " cpuset controller"));
            CgroupFiles.writeIfThere(exclusive, now.and(cpus).toString());
        }
        Path partition = folder(path).file(PARTITION);
        CgroupFiles.writeIfThere(partition, "isolated");
        String became = CgroupFiles.read(partition).orElse("");
        if (!became.equals("isolated")) {
            throw new CriusException.FailedPrecondition(
                    "CPUs " + cpus + " of cgroup " + path + " cannot be isolated; the kernel says: " + became);
        }
    }

    @Override
    public void endIsolation(CgroupPath path, CpuSet cpus) {
        CgroupFiles.writeIfThere(folder(path).file(PARTITION), "member");
        for (CgroupPath one : path.lineage().reversed()) {
            Path exclusive = folder(one).file(EXCLUSIVE);
            CgroupFiles.read(exclusive)
                    .map(CpuSet::parse)
                    .ifPresent(now -> CgroupFiles.writeIfThere(exclusive, written(now.without(cpus))));
        }
    }

    /** Kernel: an empty write would be no write. */
    private static String written(CpuSet cpus) {
        return cpus.isEmpty() ? "\n" : cpus.toString();
    }

    @Override
    public void liftCpuQuota(CgroupPath path) {
        CgroupFiles.writeIfThere(folder(path).file("cpu.max"), "max");
    }

    @Override
    public void addProcess(CgroupPath path, long pid) {
        try {
            folder(path).add(pid);
        } catch (IOException e) {
            throw new CriusException.Failed(
                    "move process " + pid + " into cgroup " + path.in(root) + ": " + e.getMessage(), e);
        }
    }

    @Override
    public boolean isFrozen(CgroupPath path) {
        return CgroupFiles.read(folder(path).file("cgroup.freeze"))
                .filter("1"::equals)
                .isPresent();
    }

    @Override
    public List<Long> processes(CgroupPath path) {
        try {
            return List.copyOf(folder(path).processes());
        } catch (IOException e) {
            throw new CriusException.Failed("list processes of cgroup " + path + ": " + e.getMessage(), e);
        }
    }

    @Override
    public OptionalLong memoryLimit(CgroupPath path) {
        return CgroupFiles.limit(folder(path).file("memory.max"));
    }

    @Override
    public void limitHugepages(CgroupPath path, String pageSize, long bytes) {
        String prefix = "hugetlb." + pageSize + ".";
        CgroupFiles.limitHugepages(folder(path), prefix + "max", prefix + "rsvd.max", Long.toUnsignedString(bytes));
    }

    @Override
    public OptionalLong oomKills(CgroupPath path) {
        return CgroupFiles.read(folder(path).file("memory.events"))
                .map(events -> CgroupText.value(events, "oom_kill"))
                .orElse(OptionalLong.empty());
    }

    @Override
    public CgroupMeter meter(CgroupPath path, MeterFiles files) {
        return new UnifiedMeter(files, path.in(root));
    }

    private CgroupFolder folder(CgroupPath path) {
        return new CgroupFolder(path.in(root));
    }
}
