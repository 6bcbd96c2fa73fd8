package io.crius.daemon.cli.ctl.node;

import io.crius.cri.v1.ListMetricDescriptorsRequest;
import io.crius.cri.v1.ListPodSandboxMetricsRequest;
import io.crius.daemon.cli.ctl.line.Flag;
import io.crius.daemon.cli.ctl.line.Given;
import io.crius.daemon.cli.ctl.line.Usage;
import io.crius.daemon.cli.ctl.session.CtlCommand;
import io.crius.daemon.cli.ctl.session.Format;
import io.crius.daemon.cli.ctl.session.Session;
import io.crius.model.CriusException;
import java.io.IOException;

/** {@code metricsp} and {@code metricdescs}. */
public final class Metrics implements CtlCommand {
    private final boolean descriptors;

    private Metrics(boolean descriptors) {
        this.descriptors = descriptors;
    }

    public static CtlCommand ofPods() {
        return new Metrics(false);
    }

    public static CtlCommand descriptors() {
        return new Metrics(true);
    }

    @Override
    public Usage usage() {
        return descriptors
                ? Usage.of("metricdescs", "", "List the metrics that metricsp gives", Format.FLAG)
                : Usage.of(
                        "metricsp",
                        "",
                        "List the metrics of pods and containers",
                        Flag.on("watch", 'w', "again and again, until interrupted"),
                        Format.FLAG);
    }

    @Override
    public int run(Given given, Session session) throws InterruptedException, IOException {
        given.none();
        Format format = Format.of(given, Format.JSON);
        if (format == Format.TABLE) {
            throw new CriusException.InvalidArgument("--output: metrics are printed as json or yaml");
        }
        return Sampling.repeat(given, session, () -> {
            if (descriptors) {
                session.print(
                        session.reads().listMetricDescriptors(ListMetricDescriptorsRequest.getDefaultInstance()),
                        format);
            } else {
                session.print(
                        session.reads().listPodSandboxMetrics(ListPodSandboxMetricsRequest.getDefaultInstance()),
                        format);
            }
        });
    }
}
