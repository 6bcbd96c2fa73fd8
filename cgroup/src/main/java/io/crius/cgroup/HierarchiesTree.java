package io.crius.cgroup;

import io.crius.model.CriusException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;

/** The v1 hierarchies. Controllers that are not mounted are left out. */
final class HierarchiesTree implements CgroupTree {
    private static final String MEMORY = "memory";
    private static final String CPUSET = "cpuset";
    private static final String BALANCING = "cpuset.sched_load_balance";
    private static final List<String> CPUSET_INHERITED = List.of("cpuset.cpus", "cpuset.mems");

    private final CgroupLayout layout;
    private final BusyRetry retry;
    private final ExpectedMoves expectedMoves;

    HierarchiesTree(CgroupLayout layout, BusyRetry retry) {
        this.layout = layout;
        this.retry = retry;
        this.expectedMoves = new ExpectedMoves(layout.controllers());
    }

    @Override
    public Controllers controllers() {
        Optional<Path> memory = Optional.ofNullable(layout.controllers().get(MEMORY));
        return new Controllers(
                layout.controllers().keySet(),
                memory.map(root -> Files.exists(root.resolve("memory.memsw.limit_in_bytes")))
                        .orElse(false));
    }

    @Override
    public void expectMoves() {
        expectedMoves.expect();
    }

    @Override
    public boolean exists(CgroupPath path) {
        return folders(path).stream().anyMatch(CgroupFolder::exists);
    }

    @Override
    public void create(CgroupPath path) {
        for (Path hierarchy : layout.hierarchies()) {
            Path folder = path.in(hierarchy);
            try {
                if (hierarchy.equals(layout.controllers().get(CPUSET))) {
                    createCpuset(hierarchy, path);
                } else {
                    Files.createDirectories(folder);
                }
            } catch (IOException e) {
                throw new CriusException.Failed("make cgroup " + folder + ": " + e.getMessage(), e);
            }
        }
    }

    /** Kernel: a new cpuset has no CPUs and no memory nodes, and takes no process until it has. */
    private static void createCpuset(Path hierarchy, CgroupPath path) throws IOException {
        for (CgroupPath one : path.lineage()) {
            Path folder = one.in(hierarchy);
            Files.createDirectories(folder);
            for (String file : CPUSET_INHERITED) {
                inherit(folder, file);
            }
        }
    }

    private static void inherit(Path folder, String file) throws IOException {
        Optional<String> own = CgroupFiles.read(folder.resolve(file));
        Optional<String> parents = CgroupFiles.read(folder.resolveSibling(file));
        if (own.filter(String::isEmpty).isPresent() && parents.isPresent()) {
            CgroupFiles.write(folder.resolve(file), parents.get());
        }
    }

    @Override
    public void remove(CgroupPath path) {
        for (CgroupFolder folder : folders(path)) {
            try {
                folder.removeAll(retry);
            } catch (IOException e) {
                throw new CriusException.Failed(
                        "remove cgroup " + folder.folder() + ": " + e.getMessage() + "; processes in it: "
                                + processes(path),
                        e);
            }
        }
    }

    @Override
    public void isolate(CgroupPath path, CpuSet cpus) {
        stopLoadBalancing(path);
    }

    @Override
    public void endIsolation(CgroupPath path, CpuSet cpus) {
        folder(CPUSET, path)
                .map(folder -> folder.file(BALANCING))
                .ifPresent(file -> CgroupFiles.writeIfThere(file, "1"));
    }

    @Override
    public void liftCpuQuota(CgroupPath path) {
        folder("cpu", path)
                .map(folder -> folder.file("cpu.cfs_quota_us"))
                .ifPresent(file -> CgroupFiles.writeIfThere(file, "-1"));
    }

    @Override
    public void stopLoadBalancing(CgroupPath path) {
        Optional<Path> file = folder(CPUSET, path).map(folder -> folder.file(BALANCING));
        try {
            if (file.isPresent()) {
                CgroupFiles.write(file.get(), "0");
            }
        } catch (IOException e) {
            throw new CriusException.Failed("write 0 to " + file.orElseThrow() + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void addProcess(CgroupPath path, long pid) {
        for (Path hierarchy : layout.hierarchies()) {
            CgroupFolder folder = new CgroupFolder(path.in(hierarchy));
            try {
                folder.add(pid);
            } catch (IOException e) {
                throw new CriusException.Failed(
                        "move process " + pid + " into cgroup " + folder.folder() + ": " + e.getMessage(), e);
            }
        }
    }

    /** Kernel: freezer-subsystem.rst, the words are THAWED, FREEZING and FROZEN. */
    @Override
    public boolean isFrozen(CgroupPath path) {
        return folder("freezer", path)
                .flatMap(folder -> CgroupFiles.read(folder.file("freezer.state")))
                .filter(state -> !state.equals("THAWED"))
                .isPresent();
    }

    @Override
    public List<Long> processes(CgroupPath path) {
        var processes = new TreeSet<Long>();
        for (CgroupFolder folder : folders(path)) {
            try {
                processes.addAll(folder.processes());
            } catch (IOException e) {
                throw new CriusException.Failed("list processes of cgroup " + path + ": " + e.getMessage(), e);
            }
        }
        return List.copyOf(processes);
    }

    /** In every hierarchy, also those in which nothing is made here: runtimes may have. */
    private List<CgroupFolder> folders(CgroupPath path) {
        Set<Path> all = new LinkedHashSet<>(layout.hierarchies());
        all.addAll(layout.named());
        layout.unified().ifPresent(all::add);
        return all.stream().map(path::in).map(CgroupFolder::new).toList();
    }

    @Override
    public OptionalLong memoryLimit(CgroupPath path) {
        Optional<CgroupFolder> memory = folder(MEMORY, path);
        return memory.isEmpty()
                ? OptionalLong.empty()
                : CgroupFiles.limit(memory.get().file("memory.limit_in_bytes"));
    }

    @Override
    public void limitHugepages(CgroupPath path, String pageSize, long bytes) {
        CgroupFolder folder = folder("hugetlb", path)
                .orElseThrow(() -> new CriusException.InvalidArgument(
                        "limit huge pages of " + pageSize + ": the hugetlb hierarchy is not mounted"));
        String prefix = "hugetlb." + pageSize + ".";
        CgroupFiles.limitHugepages(
                folder, prefix + "limit_in_bytes", prefix + "rsvd.limit_in_bytes", Long.toUnsignedString(bytes));
    }

    @Override
    public OptionalLong oomKills(CgroupPath path) {
        return folder(MEMORY, path)
                .flatMap(memory -> CgroupFiles.read(memory.file("memory.oom_control")))
                .map(text -> CgroupText.value(text, "oom_kill"))
                .orElse(OptionalLong.empty());
    }

    @Override
    public CgroupMeter meter(CgroupPath path, MeterFiles files) {
        return new HierarchiesMeter(files, layout, path);
    }

    private Optional<CgroupFolder> folder(String controller, CgroupPath path) {
        return Optional.ofNullable(layout.controllers().get(controller))
                .map(path::in)
                .map(CgroupFolder::new);
    }
}
