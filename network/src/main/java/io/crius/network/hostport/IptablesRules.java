package io.crius.network.hostport;

import io.crius.model.CriusException;
import java.io.IOException;
import java.util.Collection;
import java.util.List;

/**
 * By iptables, where there is no nft: two chains of our own in the table nat of each family, filled as a whole by one
 * iptables-restore, and three jumps to them.
 */
final class IptablesRules implements KernelRules {
    private static final String WAIT = "5";

    private final String ports;
    private final String masquerade;
    private final Program program;
    private final Conntrack conntrack;

    /** {@code name} is at most 22 characters long. Kernel: a chain's name has at most 28. */
    IptablesRules(String name, Program program) {
        this.ports = name + "-PORTS";
        this.masquerade = name + "-MASQ";
        this.program = program;
        this.conntrack = new Conntrack(program);
    }

    @Override
    public void write(Collection<PodPorts> pods) {
        for (Family family : Family.values()) {
            List<Lead> leads = Lead.of(family, pods);
            if (leads.isEmpty()) {
                remove(family);
            } else {
                must(List.of(family.iptables() + "-restore", "-w", WAIT, "--noflush"), script(leads, family));
                jumps().forEach(jump -> jump(family, jump));
            }
        }
    }

    @Override
    public boolean areThere(Collection<PodPorts> pods) {
        for (Family family : Family.values()) {
            if (!Lead.of(family, pods).isEmpty() && !jumps().stream().allMatch(jump -> attempt(family, "-C", jump))) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void forgetFlows(PodPorts pod) {
        conntrack.forget(pod);
    }

    @Override
    public void forgetEnded(PodPorts pod) {
        conntrack.forgetEnded(pod);
    }

    /** Kernel: with --noflush, a chain that is declared is emptied, and no other is. */
    String script(List<Lead> leads, Family family) {
        var script = new StringBuilder("*nat\n:" + ports + " - [0:0]\n:" + masquerade + " - [0:0]\n");
        // One address goes before all addresses.
        leads.stream().filter(l -> l.port().singleAddress().isPresent()).forEach(l -> script.append(dnat(l)));
        leads.stream().filter(l -> l.port().singleAddress().isEmpty()).forEach(l -> script.append(dnat(l)));
        leads.stream().map(Lead::podIp).distinct().forEach(ip -> {
            script.append(masquerade(ip, ip));
            script.append(masquerade(family.loopback(), ip));
        });
        return script.append("COMMIT\n").toString();
    }

    private String dnat(Lead lead) {
        String protocol = lead.port().transport().word();
        String target = lead.podIp().contains(":") ? "[" + lead.podIp() + "]" : lead.podIp();
        return "-A " + ports
                + lead.port().singleAddress().map(ip -> " -d " + ip).orElse("") + " -p " + protocol + " -m "
                + protocol + " --dport " + lead.port().hostPort() + " -j DNAT --to-destination " + target + ":"
                + lead.port().podPort() + "\n";
    }

    private String masquerade(String source, String podIp) {
        return "-A " + masquerade + " -s " + source + " -d " + podIp + " -m conntrack --ctstate DNAT -j MASQUERADE\n";
    }

    private List<List<String>> jumps() {
        return List.of(
                List.of("PREROUTING", "-m", "addrtype", "--dst-type", "LOCAL", "-j", ports),
                List.of("OUTPUT", "-m", "addrtype", "--dst-type", "LOCAL", "-j", ports),
                List.of("POSTROUTING", "-j", masquerade));
    }

    private void jump(Family family, List<String> rule) {
        if (!attempt(family, "-C", rule)) {
            must(command(family, "-I", rule), "");
        }
    }

    /** What is not there cannot be removed, and that is as good. */
    private void remove(Family family) {
        if (!attempt(family, "-S", List.of(ports))) {
            return;
        }
        jumps().forEach(jump -> attempt(family, "-D", jump));
        for (String chain : List.of(ports, masquerade)) {
            must(command(family, "-F", List.of(chain)), "");
            must(command(family, "-X", List.of(chain)), "");
        }
    }

    private static List<String> command(Family family, String verb, List<String> rule) {
        var command = new java.util.ArrayList<>(List.of(family.iptables(), "-w", WAIT, "-t", "nat", verb));
        command.addAll(rule);
        return command;
    }

    private boolean attempt(Family family, String verb, List<String> rule) {
        return run(command(family, verb, rule), "").succeeded();
    }

    private void must(List<String> command, String input) {
        Program.Run run = run(command, input);
        if (!run.succeeded()) {
            throw new CriusException.Failed("host ports by " + String.join(" ", command) + ": " + run.output());
        }
    }

    private Program.Run run(List<String> command, String input) {
        try {
            return program.run(command, input);
        } catch (IOException e) {
            throw new CriusException.Failed("host ports by " + command.getFirst() + ": " + e.getMessage(), e);
        }
    }
}
