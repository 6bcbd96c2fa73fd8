package io.crius.server.container.spec;

import io.crius.model.CriusException;
import io.crius.oci.image.ImageDefaults;
import io.crius.oci.runtime.RuntimeSpec;
import io.crius.oci.runtime.User;
import io.crius.server.annotation.SpecialAnnotation;
import io.crius.server.container.spec.NodeRules.ProcessRules;
import io.crius.server.state.ContainerRequest;
import io.crius.server.state.LinuxResources;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** What is executed, where, as whom, and with which environment. */
public final class ProcessStep {
    /** Spec: kubelet asks for this weight for a whole CPU. */
    private static final long SHARES_OF_A_CPU = 1024;

    private final ProcessRules rules;

    ProcessStep(ProcessRules rules) {
        this.rules = rules;
    }

    RuntimeSpec apply(SpecFacts facts, RuntimeSpec spec) {
        ContainerRequest.ProcessRequest process = facts.request().process();
        ImageDefaults image = facts.image();
        return spec.withProcess(p -> p.terminal(process.tty())
                .args(CommandLine.of(process.command(), process.args(), image.entrypoint(), image.cmd()))
                .rlimits(rules.rlimits())
                .cwd(workingDir(process.workingDir(), image.workingDir()))
                .user(user(facts))
                .env(environment(facts))
                .oomScoreAdj(oomScoreAdj(facts))
                .noNewPrivileges(facts.request().security().noNewPrivileges()));
    }

    /**
     * The folder to begin in: the request's, else the image's, else the root.
     *
     * @throws CriusException.InvalidArgument where it is not absolute, which no runtime takes
     */
    public static String workingDir(String requested, String ofImage) {
        String chosen = requested.isEmpty() ? ofImage : requested;
        if (chosen.isEmpty()) {
            return "/";
        }
        if (!chosen.startsWith("/")) {
            throw new CriusException.InvalidArgument("working_dir \"" + chosen + "\" of the "
                    + (requested.isEmpty() ? "image" : "container") + " is not an absolute path");
        }
        return chosen;
    }

    private static User user(SpecFacts facts) {
        List<Long> groups = facts.user().supplementalGroups();
        return new User(facts.user().uid(), facts.user().gid(), umask(facts), groups);
    }

    private static OptionalInt umask(SpecFacts facts) {
        Optional<String> umask = facts.annotations().find(SpecialAnnotation.UMASK);
        if (umask.isEmpty()) {
            return OptionalInt.empty();
        }
        if (!umask.get().matches("0?[0-7]{1,3}")) {
            throw new CriusException.InvalidArgument("container " + facts.name() + ": annotation "
                    + SpecialAnnotation.UMASK.key() + " \"" + umask.get() + "\" is not an octal number such as 0027");
        }
        return OptionalInt.of(Integer.parseInt(umask.get(), 8));
    }

    /**
     * Compat: configuration first, the image's next, the request's last. The image may choose PATH and TERM, only the request
     * another HOSTNAME than the pod's; HOME is that of /etc/passwd where nobody set it.
     */
    private List<String> environment(SpecFacts facts) {
        var environment = new Environment().set("PATH", Environment.DEFAULT_PATH);
        if (facts.request().process().tty()) {
            environment.set("TERM", "xterm");
        }
        environment
                .setAllSpelt(rules.environment())
                .setAllSpelt(facts.image().env())
                .set("HOSTNAME", facts.pod().hostname())
                .setAll(facts.request().process().environment());
        if (!facts.user().home().isEmpty()) {
            environment.setIfAbsent("HOME", facts.user().home());
        }
        goProcessors(facts).ifPresent(count -> environment.setIfAbsent("GOMAXPROCS", Long.toString(count)));
        return environment.entries();
    }

    /**
     * Compat: a Go program takes every CPU of the node for its own; where the container has no limit it is told of twice what it
     * asked for, but of {@code min_injected_gomaxprocs} at least. A container that has all it asks for to itself keeps
     * its choice.
     */
    private OptionalLong goProcessors(SpecFacts facts) {
        LinuxResources resources = facts.request().resources();
        boolean limited = resources.cpuQuota() > 0 || !resources.cpusetCpus().isEmpty();
        if (rules.leastGoProcessors() <= 0
                || limited
                || facts.annotations().isTrue(SpecialAnnotation.SKIP_GOMAXPROCS)) {
            return OptionalLong.empty();
        }
        long twice = Math.ceilDiv(2 * resources.cpuShares(), SHARES_OF_A_CPU);
        return OptionalLong.of(Math.max(rules.leastGoProcessors(), twice));
    }

    /** Kernel: proc(5), lowering oom_score_adj below one's own needs CAP_SYS_RESOURCE. */
    private int oomScoreAdj(SpecFacts facts) {
        return (int) Math.max(facts.request().resources().oomScoreAdj(), rules.leastOomScoreAdj());
    }
}
