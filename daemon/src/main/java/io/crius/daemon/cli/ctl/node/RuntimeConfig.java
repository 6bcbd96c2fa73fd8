package io.crius.daemon.cli.ctl.node;

import io.crius.cri.v1.RuntimeConfigRequest;
import io.crius.daemon.cli.ctl.line.Given;
import io.crius.daemon.cli.ctl.line.Usage;
import io.crius.daemon.cli.ctl.session.CtlCommand;
import io.crius.daemon.cli.ctl.session.Format;
import io.crius.daemon.cli.ctl.session.Session;

/** {@code runtime-config}. */
public final class RuntimeConfig implements CtlCommand {
    @Override
    public Usage usage() {
        return Usage.of("runtime-config", "", "Show what kubelet has to do as the runtime does: the cgroup driver");
    }

    @Override
    public int run(Given given, Session session) {
        given.none();
        session.print(session.reads().runtimeConfig(RuntimeConfigRequest.getDefaultInstance()), Format.JSON);
        return 0;
    }
}
