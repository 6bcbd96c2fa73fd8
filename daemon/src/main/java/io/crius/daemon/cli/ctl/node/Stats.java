package io.crius.daemon.cli.ctl.node;

import io.crius.cri.v1.ContainerStats;
import io.crius.cri.v1.ContainerStatsFilter;
import io.crius.cri.v1.ListContainerStatsRequest;
import io.crius.cri.v1.ListContainerStatsResponse;
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

/** {@code stats}. */
public final class Stats implements CtlCommand {
    private static final int DIGITS = 4;

    @Override
    public Usage usage() {
        List<Flag> flags = new ArrayList<>(Sampling.FLAGS);
        flags.add(Flag.text("pod", 'p', "only containers of this pod"));
        flags.add(Flag.on("all", 'a', "also containers that use nothing"));
        flags.add(Format.FLAG);
        return new Usage("stats", "[CONTAINER-ID]", "Show what containers use", false, flags);
    }

    @Override
    public int run(Given given, Session session) throws InterruptedException, IOException {
        ListContainerStatsRequest request = ListContainerStatsRequest.newBuilder()
                .setFilter(ContainerStatsFilter.newBuilder()
                        .setId(Sampling.id(given))
                        .setPodSandboxId(given.text("pod", ""))
                        .putAllLabelSelector(given.pairs("label")))
                .build();
        Format format = Format.of(given, Format.TABLE);
        return Sampling.show(given, session, () -> {
            if (format == Format.TABLE) {
                session.streams().out().print(table(given, session, request));
            } else {
                session.print(
                        ListContainerStatsResponse.newBuilder()
                                .addAllStats(list(session, request))
                                .build(),
                        format);
            }
        });
    }

    private static List<ContainerStats> list(Session session, ListContainerStatsRequest request) {
        return session.reads().listContainerStats(request).getStatsList().stream()
                .sorted(Comparator.comparing(stats -> stats.getAttributes().getId()))
                .toList();
    }

    private static String table(Given given, Session session, ListContainerStatsRequest request)
            throws InterruptedException {
        Map<String, ContainerStats> before = new HashMap<>();
        list(session, request).forEach(stats -> before.put(stats.getAttributes().getId(), stats));
        Sampling.pause(given);
        var table = new Table("CONTAINER", "NAME", "CPU %", "MEM", "DISK", "INODES");
        for (ContainerStats stats : list(session, request)) {
            ContainerStats earlier = before.get(stats.getAttributes().getId());
            if (earlier != null && (given.on("all") || isUsed(stats))) {
                table.add(row(earlier, stats));
            }
        }
        return table.toString();
    }

    private static boolean isUsed(ContainerStats stats) {
        return stats.getCpu().getUsageCoreNanoSeconds().getValue() != 0
                || stats.getMemory().getWorkingSetBytes().getValue() != 0;
    }

    private static List<String> row(ContainerStats before, ContainerStats stats) {
        return List.of(
                Humane.shortId(stats.getAttributes().getId()),
                stats.getAttributes().getMetadata().getName(),
                Sampling.percent(before.getCpu(), stats.getCpu()),
                Humane.size(stats.getMemory().getWorkingSetBytes().getValue(), DIGITS),
                Humane.size(stats.getWritableLayer().getUsedBytes().getValue(), DIGITS),
                Long.toUnsignedString(stats.getWritableLayer().getInodesUsed().getValue()));
    }
}
