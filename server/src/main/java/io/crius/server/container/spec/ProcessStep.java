package io.crius.server.container.spec;

import io.crius.model.CriusException;
import io.crius.oci.image.ImageDefaults;
import io.crius.oci.runtime.RuntimeSpec;
import io.crius.oci.runtime.User;
import io.crius.server.container.spec.NodeRules.ProcessRules;
import io.crius.server.state.ContainerRequest;
import java.util.List;
import java.util.OptionalInt;

/** What is executed, where, as whom, and with which environment. */
public final class ProcessStep {
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
        return new User(facts.user().uid(), facts.user().gid(), OptionalInt.empty(), groups);
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
        return environment.entries();
    }

    /** Kernel: proc(5), lowering oom_score_adj below one's own needs CAP_SYS_RESOURCE. */
    private int oomScoreAdj(SpecFacts facts) {
        return (int) Math.max(facts.request().resources().oomScoreAdj(), rules.leastOomScoreAdj());
    }
}
