package io.crius.daemon.cli.ctl.node;

import io.crius.cri.v1.ListPodSandboxStatsRequest;
import io.crius.cri.v1.ListPodSandboxStatsResponse;
import io.crius.cri.v1.PodSandboxStats;
import io.crius.cri.v1.PodSandboxStatsFilter;
import io.crius.daemon.cli.ctl.line.Flag;
import io.crius.daemon.cli.ctl.line.Given;
import io.crius.daemon.cli.ctl.line.Usage;
import io.crius.daemon.cli.ctl.session.CtlCommand;
import io.crius.daemon.cli.ctl.session.Format;
import io.crius.daemon.cli.ctl.session.Session;
import io.crius.daemon.cli.text.Humane;
import io.crius.daemon.cli.text.Table;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** {@code statsp}. */
public final class PodStats implements CtlCommand {
    private static final int DIGITS = 4;

    @Override
    public Usage usage() {
        List<Flag> flags = new ArrayList<>(Sampling.FLAGS);
        flags.add(Format.FLAG);
        return new Usage("statsp", "[POD-ID]", "Show what pods use", false, flags);
    }

    @Override
    public int run(Given given, Session session) throws InterruptedException, IOException {
        ListPodSandboxStatsRequest request = ListPodSandboxStatsRequest.newBuilder()
                .setFilter(PodSandboxStatsFilter.newBuilder()
                        .setId(Sampling.id(given))
                        .putAllLabelSelector(given.pairs("label")))
                .build();
        Format format = Format.of(given, Format.TABLE);
        return Sampling.show(given, session, () -> {
            if (format == Format.TABLE) {
                session.streams().out().print(table(given, session, request));
            } else {
                session.print(
                        ListPodSandboxStatsResponse.newBuilder()
                                .addAllStats(list(session, request))
                                .build(),
                        format);
            }
        });
    }

    private static List<PodSandboxStats> list(Session session, ListPodSandboxStatsRequest request) {
        return session.reads().listPodSandboxStats(request).getStatsList().stream()
                .sorted(Comparator.comparing(stats -> stats.getAttributes().getId()))
                .toList();
    }

    private static String table(Given given, Session session, ListPodSandboxStatsRequest request)
            throws InterruptedException {
        Map<String, PodSandboxStats> before = new HashMap<>();
        list(session, request).forEach(stats -> before.put(stats.getAttributes().getId(), stats));
        Sampling.pause(given);
        var table = new Table("POD", "POD ID", "CPU %", "MEM");
        for (PodSandboxStats stats : list(session, request)) {
            PodSandboxStats earlier = before.get(stats.getAttributes().getId());
            if (earlier != null) {
                table.add(List.of(
                        stats.getAttributes().getMetadata().getName(),
                        Humane.shortId(stats.getAttributes().getId()),
                        Sampling.percent(
                                earlier.getLinux().getCpu(), stats.getLinux().getCpu()),
                        Humane.size(
                                stats.getLinux()
                                        .getMemory()
                                        .getWorkingSetBytes()
                                        .getValue(),
                                DIGITS)));
            }
        }
        return table.toString();
    }
}
