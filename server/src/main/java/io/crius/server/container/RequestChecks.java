package io.crius.server.container;

import io.crius.model.CriusException;
import io.crius.server.container.spec.CapabilityStep;
import io.crius.server.container.spec.ProcessStep;
import io.crius.server.state.ContainerRequest;
import io.crius.server.state.EnvironmentVariable;
import io.crius.server.state.Labels;
import io.crius.server.state.LinuxResources;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Refuses a container that can never work, before anything is made for it. Requests that come back from a journal were
 * checked when they came: they are not checked again, so that a stricter daemon still knows its containers.
 */
final class RequestChecks {
    private static final int LARGEST_OOM_SCORE = 1000;

    /** Kernel: a size of huge pages as directories of hugetlb are named. */
    private static final Pattern PAGE_SIZE = Pattern.compile("[1-9][0-9]{0,9}[KMG]B");

    private RequestChecks() {}

    static void check(ContainerRequest request) {
        String container = request.name().name();
        checkTexts(container, request);
        Labels.check("container " + container, request.labels());
        checkLogPath(container, request.logPath());
        String _ = ProcessStep.workingDir(request.process().workingDir(), "");
        request.mounts().forEach(mount -> MountChecks.check(container, mount));
        CapabilityStep.check(request.security().capabilities());
        checkResources(container, request.resources());
    }

    private static void checkTexts(String container, ContainerRequest request) {
        var process = request.process();
        checkTexts(container, "command", process.command());
        checkTexts(container, "args", process.args());
        checkTexts(container, "working_dir", List.of(process.workingDir()));
        checkTexts(container, "log_path", List.of(request.logPath()));
        request.mounts().forEach(m -> checkTexts(container, "mounts", List.of(m.hostPath(), m.containerPath())));
        for (EnvironmentVariable variable : process.environment()) {
            checkTexts(container, "envs", List.of(variable.name(), variable.value()));
            if (variable.name().isEmpty() || variable.name().contains("=")) {
                throw new CriusException.InvalidArgument("container " + container + ": environment variable \""
                        + variable.name() + "\": a name is not empty and has no \"=\"");
            }
        }
    }

    /** Kernel: what is passed to execve(2) or is a path ends at the first NUL. */
    private static void checkTexts(String container, String field, List<String> texts) {
        if (texts.stream().anyMatch(text -> text.indexOf('\0') >= 0)) {
            throw new CriusException.InvalidArgument(
                    "container " + container + ": " + field + " contain a NUL character");
        }
    }

    private static void checkLogPath(String container, String logPath) {
        Path path = Path.of(logPath);
        if (path.isAbsolute()) {
            throw new CriusException.InvalidArgument("container " + container + ": log_path \"" + logPath
                    + "\" is absolute; it is relative to the pod's log_directory");
        }
        boolean leaves = path.normalize().startsWith("..");
        if (!logPath.isEmpty() && (leaves || path.normalize().toString().isEmpty())) {
            throw new CriusException.InvalidArgument("container " + container + ": log_path \"" + logPath
                    + "\" is not a file inside the pod's log_directory");
        }
    }

    private static void checkResources(String container, LinuxResources resources) {
        if (Math.abs(resources.oomScoreAdj()) > LARGEST_OOM_SCORE) {
            throw new CriusException.InvalidArgument("container " + container + ": oom_score_adj "
                    + resources.oomScoreAdj() + " is not between -1000 and 1000");
        }
        if (resources.memoryLimit() < -1) {
            throw new CriusException.InvalidArgument("container " + container + ": memory_limit_in_bytes "
                    + resources.memoryLimit() + " is less than -1, which is no limit");
        }
        for (LinuxResources.HugepageLimit limit : resources.hugepages()) {
            if (!PAGE_SIZE.matcher(limit.pageSize()).matches()) {
                throw new CriusException.InvalidArgument("container " + container + ": hugepage_limits: \""
                        + limit.pageSize() + "\" is not a page size such as 2MB");
            }
        }
    }
}
