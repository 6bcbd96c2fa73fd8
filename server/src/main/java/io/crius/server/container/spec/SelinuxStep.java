package io.crius.server.container.spec;

import io.crius.oci.runtime.RuntimeSpec;
import io.crius.server.selinux.SelinuxLabels;
import io.crius.server.selinux.SelinuxLabels.First;
import io.crius.server.state.SelinuxLabel;
import java.util.Optional;

/** The labels of the process and of what the runtime mounts, on a node with SELinux. */
final class SelinuxStep {
    private final Optional<SelinuxLabels> labels;

    SelinuxStep(Optional<SelinuxLabels> labels) {
        this.labels = labels;
    }

    RuntimeSpec apply(SpecFacts facts, RuntimeSpec spec) {
        return labels.map(on -> apply(on, facts, spec)).orElse(spec);
    }

    private static RuntimeSpec apply(SelinuxLabels labels, SpecFacts facts, RuntimeSpec spec) {
        First first = SystemdStep.isSystemd(spec) ? First.SYSTEMD : First.PROGRAM;
        Optional<SelinuxLabel> process = labels.process(facts.pod(), facts.request(), first);
        Optional<SelinuxLabel> files = labels.files(facts.pod(), facts.request());
        return spec.withProcess(p -> p.selinuxLabel(process.map(SelinuxLabel::toString)))
                .withLinux(l -> l.mountLabel(files.map(SelinuxLabel::toString)));
    }
}
