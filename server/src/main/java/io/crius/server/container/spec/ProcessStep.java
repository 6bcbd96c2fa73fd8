package io.crius.server.container.spec;

import io.crius.oci.image.ImageDefaults;
import io.crius.oci.runtime.RuntimeSpec;
import io.crius.oci.runtime.User;
import io.crius.server.state.ContainerRequest;
import java.util.List;
import java.util.OptionalInt;

/** What is executed, where, as whom, and with which environment. */
final class ProcessStep {
    private final NodeRules rules;

    ProcessStep(NodeRules rules) {
        this.rules = rules;
    }

    RuntimeSpec apply(SpecFacts facts, RuntimeSpec spec) {
        ContainerRequest.ProcessRequest process = facts.request().process();
        ImageDefaults image = facts.image();
        return spec.withProcess(p -> p.terminal(process.tty())
                .args(CommandLine.of(process.command(), process.args(), image.entrypoint(), image.cmd()))
                .cwd(workingDir(process.workingDir(), image.workingDir()))
                .user(user(facts))
                .env(environment(facts))
                .oomScoreAdj(oomScoreAdj(facts))
                .noNewPrivileges(facts.request().security().noNewPrivileges()));
    }

    private static String workingDir(String requested, String ofImage) {
        String chosen = requested.isEmpty() ? ofImage : requested;
        return chosen.isEmpty() ? "/" : chosen;
    }

    private static User user(SpecFacts facts) {
        List<Long> groups = facts.user().supplementalGroups();
        return new User(facts.user().uid(), facts.user().gid(), OptionalInt.empty(), groups);
    }

    /** Compat: configuration first, the image's next, the request's last; PATH, TERM and HOSTNAME where nobody set them. */
    private List<String> environment(SpecFacts facts) {
        var environment = new Environment()
                .set("PATH", Environment.DEFAULT_PATH)
                .setAllSpelt(rules.defaultEnvironment())
                .setAllSpelt(facts.image().env());
        if (facts.request().process().tty()) {
            environment.set("TERM", "xterm");
        }
        environment.set("HOSTNAME", facts.pod().hostname());
        environment.setAll(facts.request().process().environment());
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
