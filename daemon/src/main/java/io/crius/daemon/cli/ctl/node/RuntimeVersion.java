package io.crius.daemon.cli.ctl.node;

import io.crius.cri.v1.VersionRequest;
import io.crius.cri.v1.VersionResponse;
import io.crius.daemon.cli.ctl.line.Given;
import io.crius.daemon.cli.ctl.line.Usage;
import io.crius.daemon.cli.ctl.session.CtlCommand;
import io.crius.daemon.cli.ctl.session.Session;

/** {@code version}. */
public final class RuntimeVersion implements CtlCommand {
    @Override
    public Usage usage() {
        return Usage.of("version", "", "Show the versions of the runtime and its API");
    }

    @Override
    public int run(Given given, Session session) {
        given.none();
        VersionResponse version = session.reads()
                .version(VersionRequest.newBuilder().setVersion("v1").build());
        session.say("Version:  " + version.getVersion());
        session.say("RuntimeName:  " + version.getRuntimeName());
        session.say("RuntimeVersion:  " + version.getRuntimeVersion());
        session.say("RuntimeApiVersion:  " + version.getRuntimeApiVersion());
        return 0;
    }
}
