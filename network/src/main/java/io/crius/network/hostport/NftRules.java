package io.crius.network.hostport;

import io.crius.model.CriusException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * By nftables: a table of our own in each family, replaced as a whole in one transaction.
 *
 * <p>Compat: maps, set and chains are CRI-O's, so that who looks for a port looks where he always did.
 */
final class NftRules implements KernelRules {
    private final String table;
    private final Program program;
    private final Conntrack conntrack;

    NftRules(String table, Program program) {
        this.table = table;
        this.program = program;
        this.conntrack = new Conntrack(program);
    }

    /** Whether the node has nft, and the kernel does what it says. */
    static boolean isUsable(Program program) {
        try {
            return program.run(List.of("nft", "list", "tables"), "").succeeded();
        } catch (IOException _) {
            // There is no such program.
            return false;
        }
    }

    @Override
    public void write(Collection<PodPorts> pods) {
        var script = new StringBuilder();
        for (Family family : Family.values()) {
            script.append(script(table, family, Lead.of(family, pods)));
        }
        try {
            Program.Run run = program.run(List.of("nft", "-f", "-"), script.toString());
            if (!run.succeeded()) {
                throw new CriusException.Failed("host ports by nft: " + run.output());
            }
        } catch (IOException e) {
            throw new CriusException.Failed("host ports by nft: " + e.getMessage(), e);
        }
    }

    @Override
    public boolean areThere(Collection<PodPorts> pods) {
        for (Family family : Family.values()) {
            if (!Lead.of(family, pods).isEmpty() && !isThere(family)) {
                return false;
            }
        }
        return true;
    }

    private boolean isThere(Family family) {
        try {
            return program.run(List.of("nft", "list", "chain", family.nft(), table, "prerouting"), "")
                    .succeeded();
        } catch (IOException e) {
            throw new CriusException.Failed("host ports by nft: " + e.getMessage(), e);
        }
    }

    @Override
    public void forgetFlows(PodPorts pod) {
        conntrack.forget(pod);
    }

    @Override
    public void forgetEnded(PodPorts pod) {
        conntrack.forgetEnded(pod);
    }

    /** Adding a table that is there is no error, deleting one that is not there is: so it is always there to be deleted. */
    static String script(String table, Family family, List<Lead> leads) {
        String name = family.nft() + " " + table;
        String gone = "add table " + name + "\ndelete table " + name + "\n";
        if (leads.isEmpty()) {
            return gone;
        }
        String type = family.nftType();
        return gone + "table " + name + " {\n"
                + collection(
                        "map hostports", "inet_proto . inet_service : " + type + " . inet_service", everywhere(leads))
                + collection(
                        "map hostipports",
                        type + " . inet_proto . inet_service : " + type + " . inet_service",
                        onOneAddress(leads))
                + collection("set hairpins", type + " . " + type, hairpins(leads))
                + chains(family.nft(), family.loopback())
                + "}\n";
    }

    /**
     * Who reaches a pod by a port of the node from the pod itself, or over the node's loopback, needs another source
     * address to be answered to.
     */
    private static String chains(String family, String loopback) {
        return """
                chain hostports {
                  dnat %1$s to %1$s daddr . meta l4proto . th dport map @hostipports
                  dnat %1$s to meta l4proto . th dport map @hostports
                }
                chain prerouting {
                  type nat hook prerouting priority dstnat;
                  fib daddr type local goto hostports
                }
                chain output {
                  type nat hook output priority -100;
                  fib daddr type local goto hostports
                }
                chain masquerading {
                  type nat hook postrouting priority srcnat;
                  ct status dnat %1$s saddr . %1$s daddr @hairpins masquerade
                  ct status dnat %1$s saddr %2$s masquerade
                }
                """.formatted(family, loopback);
    }

    private static String collection(String kind, String type, Set<String> elements) {
        String list = elements.isEmpty() ? "" : "elements = { " + String.join(", ", elements) + " };";
        return kind + " { type " + type + "; " + list + " }\n";
    }

    private static Set<String> everywhere(List<Lead> leads) {
        return leads.stream()
                .filter(lead -> lead.port().singleAddress().isEmpty())
                .map(lead -> service(lead) + " : " + target(lead))
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private static Set<String> onOneAddress(List<Lead> leads) {
        var elements = new LinkedHashSet<String>();
        for (Lead lead : leads) {
            lead.port()
                    .singleAddress()
                    .ifPresent(address -> elements.add(address + " . " + service(lead) + " : " + target(lead)));
        }
        return elements;
    }

    private static Set<String> hairpins(List<Lead> leads) {
        var pairs = new ArrayList<String>();
        leads.forEach(lead -> pairs.add(lead.podIp() + " . " + lead.podIp()));
        return new LinkedHashSet<>(pairs);
    }

    private static String service(Lead lead) {
        return lead.port().transport().word() + " . " + lead.port().hostPort();
    }

    private static String target(Lead lead) {
        return lead.podIp() + " . " + lead.port().podPort();
    }
}
