package io.crius.daemon.cli.ctl.node;

import io.crius.cri.v1.NetworkConfig;
import io.crius.cri.v1.RuntimeConfig;
import io.crius.cri.v1.UpdateRuntimeConfigRequest;
import io.crius.daemon.cli.ctl.line.Flag;
import io.crius.daemon.cli.ctl.line.Given;
import io.crius.daemon.cli.ctl.line.Usage;
import io.crius.daemon.cli.ctl.session.CtlCommand;
import io.crius.daemon.cli.ctl.session.Session;

/** {@code update-runtime-config}. */
public final class UpdateRuntimeConfig implements CtlCommand {
    @Override
    public Usage usage() {
        return Usage.of(
                "update-runtime-config",
                "",
                "Tell the runtime what kubelet learned of the cluster",
                Flag.text("pod-cidr", "the node's range of pod addresses"));
    }

    @Override
    public int run(Given given, Session session) {
        given.none();
        var network = NetworkConfig.newBuilder().setPodCidr(given.text("pod-cidr", ""));
        var _ = session.acts()
                .updateRuntimeConfig(UpdateRuntimeConfigRequest.newBuilder()
                        .setRuntimeConfig(RuntimeConfig.newBuilder().setNetworkConfig(network))
                        .build());
        session.say("Runtime config successfully updated");
        return 0;
    }
}
