// The client uses the emulator over https with the official SDK of Azure for Go, as if it were Azure.
//
// It logs in with a client secret, goes through every operation of Traffic Manager, and says of each step whether it
// went as with Azure. The environment tells where the emulator is; tools/foreign-clients.sh sets it.
package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"sort"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/arm"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/to"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
	tm "github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/trafficmanager/armtrafficmanager"
)

const (
	subscription = "00000000-0000-0000-0000-000000000001"
	tenant       = "00000000-0000-0000-0000-00000000000b"
	clientID     = "00000000-0000-0000-0000-0000000000c1"
	secret       = "the right secret, with % and +"
	group        = "rg-go"
	profileType  = "Microsoft.Network/trafficManagerProfiles"
	shop         = "/subscriptions/" + subscription + "/resourceGroups/" + group + "/providers/" + profileType + "/shop"
)

var (
	httpURL  = os.Getenv("AZURETM_EMULATOR_URL")
	httpsURL = os.Getenv("AZURETM_EMULATOR_HTTPS_URL")
	ctx      = context.Background()

	passed, failed int
	// The protocols that answers came by.
	protocols = map[string]bool{}
)

// step runs one step and counts how it ended.
func step(name string, act func() error) {
	if err := act(); err != nil {
		failed++
		fmt.Printf("FAILED %s: %v\n", name, err)
		return
	}
	passed++
	fmt.Printf("ok     %s\n", name)
}

func equal[T comparable](given, expected T) error {
	if given != expected {
		return fmt.Errorf("%v instead of %v", given, expected)
	}
	return nil
}

// refused expects a refusal whose text has these words.
func refused(err error, status int, code string, words ...string) error {
	var response *azcore.ResponseError
	if !errors.As(err, &response) {
		return fmt.Errorf("it was not refused by Azure: %w", err)
	}
	for _, word := range words {
		if !strings.Contains(response.Error(), word) {
			return fmt.Errorf("'%s' is not in %w", word, err)
		}
	}
	return errors.Join(equal(response.StatusCode, status), equal(response.ErrorCode, code))
}

// control asks the emulator's control API, which no client of Azure knows.
func control(method, path string, body any) error {
	text, err := json.Marshal(body)
	if err != nil {
		return err
	}
	request, err := http.NewRequest(method, httpURL+path, bytes.NewReader(text))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	// No proxy: the emulator is on this machine.
	answer, err := (&http.Client{Transport: &http.Transport{}, Timeout: 20 * time.Second}).Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	return equal(answer.StatusCode, http.StatusNoContent)
}

// transport trusts the emulator's certificate authority alone, and notes by which protocol answers came.
type transport struct{ client *http.Client }

func (t transport) Do(request *http.Request) (*http.Response, error) {
	response, err := t.client.Do(request)
	if err == nil {
		protocols[response.Proto] = true
	}
	return response, err
}

func trusting(ca string) (transport, error) {
	pem, err := os.ReadFile(ca)
	if err != nil {
		return transport{}, err
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(pem) {
		return transport{}, fmt.Errorf("%s has no certificate", ca)
	}
	return transport{&http.Client{Transport: &http.Transport{
		ForceAttemptHTTP2: true,
		TLSClientConfig:   &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12},
	}}}, nil
}

func options(t transport) policy.ClientOptions {
	return policy.ClientOptions{
		Cloud: cloud.Configuration{
			ActiveDirectoryAuthorityHost: httpsURL + "/",
			Services: map[cloud.ServiceName]cloud.ServiceConfiguration{
				cloud.ResourceManager: {Audience: "https://management.azure.com", Endpoint: httpsURL},
			},
		},
		// Every answer here is final: a second try would only hide it.
		Retry:     policy.RetryOptions{MaxRetries: -1},
		Transport: t,
	}
}

func credential(t transport, inTenant, with string) (azcore.TokenCredential, error) {
	return azidentity.NewClientSecretCredential(inTenant, clientID, with, &azidentity.ClientSecretCredentialOptions{
		ClientOptions:            options(t),
		DisableInstanceDiscovery: true,
	})
}

func token(t transport, inTenant, with string) (string, error) {
	made, err := credential(t, inTenant, with)
	if err != nil {
		return "", err
	}
	got, err := made.GetToken(ctx, policy.TokenRequestOptions{Scopes: []string{"https://management.azure.com/.default"}})
	return got.Token, err
}

func manage(t transport) (*tm.ClientFactory, error) {
	made, err := credential(t, tenant, secret)
	if err != nil {
		return nil, err
	}
	return tm.NewClientFactory(subscription, made, &arm.ClientOptions{ClientOptions: options(t)})
}

func profile(relativeName string) tm.Profile {
	return tm.Profile{
		Location: to.Ptr("global"),
		Properties: &tm.ProfileProperties{
			TrafficRoutingMethod: to.Ptr(tm.TrafficRoutingMethodWeighted),
			DNSConfig:            &tm.DNSConfig{RelativeName: to.Ptr(relativeName), TTL: to.Ptr[int64](30)},
			MonitorConfig: &tm.MonitorConfig{
				Protocol: to.Ptr(tm.MonitorProtocolHTTPS), Port: to.Ptr[int64](443), Path: to.Ptr("/health"),
			},
		},
	}
}

func main() {
	// Without an address the SDK would talk to Azure itself.
	if !strings.HasPrefix(httpURL, "http://127.0.0.1:") || !strings.HasPrefix(httpsURL, "https://127.0.0.1:") {
		fmt.Fprintln(os.Stderr, "AZURETM_EMULATOR_URL and AZURETM_EMULATOR_HTTPS_URL must name an emulator on 127.0.0.1")
		os.Exit(2)
	}
	t, err := trusting(os.Getenv("AZURETM_EMULATOR_CA"))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	clients, err := manage(t)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	logins(t)
	profiles(clients.NewProfilesClient())
	endpoints(clients.NewProfilesClient(), clients.NewEndpointsClient())
	insight(clients)
	ends(t, clients)
	step("every answer came by HTTP/2", func() error {
		return errors.Join(equal(len(protocols), 1), equal(protocols["HTTP/2.0"], true))
	})
	fmt.Printf("%d passed, %d failed\n", passed, failed)
	if failed > 0 {
		os.Exit(1)
	}
}

func logins(t transport) {
	step("a client is put into the directory", func() error {
		return control("PUT", "/emulator/credentials",
			map[string]string{"tenant": tenant, "client_id": clientID, "client_secret": secret})
	})
	failsWith := func(inTenant, with, words string) error {
		_, err := token(t, inTenant, with)
		if err == nil || !strings.Contains(err.Error(), words) {
			return fmt.Errorf("%s is not in %w", words, err)
		}
		return nil
	}
	step("login: a wrong secret is refused", func() error { return failsWith(tenant, "wrong", "AADSTS7000215") })
	step("login: an unknown tenant is refused", func() error {
		return failsWith("00000000-0000-0000-0000-00000000000f", secret, "AADSTS90002")
	})
	step("login: the right secret gives a token", func() error {
		got, err := token(t, tenant, secret)
		return errors.Join(err, equal(strings.Count(got, "."), 2))
	})
}

func profiles(client *tm.ProfilesClient) {
	asked := func(name string) tm.CheckTrafficManagerRelativeDNSNameAvailabilityParameters {
		return tm.CheckTrafficManagerRelativeDNSNameAvailabilityParameters{Name: &name, Type: to.Ptr(profileType)}
	}
	step("name check: a name is free", func() error {
		answer, err := client.CheckTrafficManagerRelativeDNSNameAvailability(ctx, asked("go-shop"), nil)
		if err != nil {
			return err
		}
		return equal(*answer.NameAvailable, true)
	})
	step("profile: get of a missing one is 404", func() error {
		_, err := client.Get(ctx, group, "shop", nil)
		return refused(err, 404, "ResourceNotFound", "under resource group 'rg-go' was not found")
	})
	step("profile: create", func() error {
		made, err := client.CreateOrUpdate(ctx, group, "shop", profile("go-shop"), nil)
		if err != nil {
			return err
		}
		return errors.Join(
			equal(*made.ID, shop),
			equal(*made.Properties.DNSConfig.Fqdn, "go-shop.trafficmanager.net"),
			equal(*made.Properties.MonitorConfig.IntervalInSeconds, 30),
			equal(*made.Properties.MonitorConfig.ProfileMonitorStatus, tm.ProfileMonitorStatusInactive),
		)
	})
	step("profile: read", func() error {
		read, err := client.Get(ctx, group, "SHOP", nil)
		if err != nil {
			return err
		}
		return equal(*read.Name, "shop")
	})
	step("name check: a name is taken, in the second version too", func() error {
		first, err1 := client.CheckTrafficManagerRelativeDNSNameAvailability(ctx, asked("Go-Shop"), nil)
		second, err2 := client.CheckTrafficManagerNameAvailabilityV2(ctx, asked("Go-Shop"), nil)
		if err := errors.Join(err1, err2); err != nil {
			return err
		}
		return errors.Join(equal(*first.Reason, "AlreadyExists"), equal(*second.Reason, "AlreadyExists"))
	})
	step("profile: a taken name is 409", func() error {
		_, err := client.CreateOrUpdate(ctx, group, "other", profile("GO-shop"), nil)
		return refused(err, 409, "Conflict", "go-shop.trafficmanager.net is not available")
	})
	step("profile: an invalid one is 400 with all that is wrong", func() error {
		bad := profile("bad")
		bad.Properties.MonitorConfig.Port = to.Ptr[int64](0)
		bad.Properties.MaxReturn = to.Ptr[int64](99)
		_, err := client.CreateOrUpdate(ctx, group, "bad", bad, nil)
		return refused(err, 400, "BadRequest", "port '0'", "MaxReturn value '99'")
	})
	step("profile: update by patch keeps the rest", func() error {
		changed, err := client.Update(ctx, group, "shop", tm.Profile{
			Tags:       map[string]*string{"team": to.Ptr("web")},
			Properties: &tm.ProfileProperties{DNSConfig: &tm.DNSConfig{TTL: to.Ptr[int64](60)}},
		}, nil)
		if err != nil {
			return err
		}
		return errors.Join(
			equal(*changed.Tags["team"], "web"),
			equal(*changed.Properties.DNSConfig.TTL, 60),
			equal(*changed.Properties.MonitorConfig.Path, "/health"),
		)
	})
	step("profile: update by put replaces it", func() error {
		next := profile("go-shop")
		next.Properties.TrafficRoutingMethod = to.Ptr(tm.TrafficRoutingMethodPriority)
		changed, err := client.CreateOrUpdate(ctx, group, "shop", next, nil)
		if err != nil {
			return err
		}
		return errors.Join(
			equal(*changed.Properties.TrafficRoutingMethod, tm.TrafficRoutingMethodPriority),
			equal(*changed.Properties.DNSConfig.TTL, 30),
		)
	})
}

func endpoints(parents *tm.ProfilesClient, client *tm.EndpointsClient) {
	put := func(kind tm.EndpointType, name string, properties tm.EndpointProperties) (*tm.EndpointProperties, error) {
		made, err := client.CreateOrUpdate(ctx, group, "shop", kind, name, tm.Endpoint{Properties: &properties}, nil)
		return made.Properties, err
	}
	step("endpoint: an external one is created, read and updated", func() error {
		made, err := put(tm.EndpointTypeExternalEndpoints, "east",
			tm.EndpointProperties{Target: to.Ptr("east.example.com"), Weight: to.Ptr[int64](5)})
		if err != nil {
			return err
		}
		read, err1 := client.Get(ctx, group, "shop", tm.EndpointTypeExternalEndpoints, "EAST", nil)
		off := tm.Endpoint{Properties: &tm.EndpointProperties{EndpointStatus: to.Ptr(tm.EndpointStatusDisabled)}}
		changed, err2 := client.Update(ctx, group, "shop", tm.EndpointTypeExternalEndpoints, "east", off, nil)
		if err := errors.Join(err1, err2); err != nil {
			return err
		}
		return errors.Join(
			equal(*made.Priority, 1),
			equal(*made.EndpointMonitorStatus, tm.EndpointMonitorStatusCheckingEndpoint),
			equal(*read.Properties.Weight, 5),
			equal(*changed.Properties.EndpointMonitorStatus, tm.EndpointMonitorStatusDisabled),
		)
	})
	step("endpoint: an azure one gets name and region of its target", func() error {
		target := strings.Replace(shop, profileType+"/shop", "Microsoft.Web/sites/shop-web", 1)
		seed := map[string]string{"id": target, "target": "shop-web.azurewebsites.net", "location": "westeurope"}
		if err := control("PUT", "/emulator/targets", seed); err != nil {
			return err
		}
		made, err := put(tm.EndpointTypeAzureEndpoints, "web", tm.EndpointProperties{TargetResourceID: &target})
		if err != nil {
			return err
		}
		return errors.Join(equal(*made.Target, "shop-web.azurewebsites.net"), equal(*made.EndpointLocation, "West Europe"))
	})
	step("endpoint: a nested one takes the state of its child", func() error {
		child, err := parents.CreateOrUpdate(ctx, group, "child", profile("go-child"), nil)
		if err != nil {
			return err
		}
		made, err := put(tm.EndpointTypeNestedEndpoints, "child",
			tm.EndpointProperties{TargetResourceID: child.ID, MinChildEndpoints: to.Ptr[int64](1)})
		if err != nil {
			return err
		}
		return errors.Join(
			equal(*made.Target, "go-child.trafficmanager.net"),
			equal(*made.EndpointMonitorStatus, tm.EndpointMonitorStatusStopped),
		)
	})
	step("endpoint: a second one of the same target is 400", func() error {
		_, err := put(tm.EndpointTypeExternalEndpoints, "again", tm.EndpointProperties{Target: to.Ptr("EAST.example.com")})
		return refused(err, 400, "BadRequest", "Endpoint target must be unique in the profile")
	})
	step("endpoint: get of a missing one is 404 without a wrapper", func() error {
		_, err := client.Get(ctx, group, "shop", tm.EndpointTypeExternalEndpoints, "x", nil)
		return refused(err, 404, "NotFound")
	})
	step("profile: endpoints come sorted by priority", func() error {
		read, err := parents.Get(ctx, group, "shop", nil)
		if err != nil {
			return err
		}
		names := []string{}
		for _, endpoint := range read.Properties.Endpoints {
			names = append(names, *endpoint.Name)
		}
		return equal(strings.Join(names, " "), "east web child")
	})
	step("list: of a group and of the subscription", func() error {
		for _, list := range []func() ([]*tm.Profile, error){
			func() ([]*tm.Profile, error) {
				page, err := parents.NewListByResourceGroupPager(group, nil).NextPage(ctx)
				return page.Value, err
			},
			func() ([]*tm.Profile, error) {
				page, err := parents.NewListBySubscriptionPager(nil).NextPage(ctx)
				return page.Value, err
			},
		} {
			found, err := list()
			if err != nil {
				return err
			}
			names := []string{}
			for _, one := range found {
				names = append(names, *one.Name)
			}
			sort.Strings(names)
			if err := equal(strings.Join(names, " "), "child shop"); err != nil {
				return err
			}
		}
		return nil
	})
	step("endpoint: delete, and once more", func() error {
		for range 2 {
			if _, err := client.Delete(ctx, group, "shop", tm.EndpointTypeNestedEndpoints, "child", nil); err != nil {
				return err
			}
		}
		read, err := parents.Get(ctx, group, "shop", nil)
		if err != nil {
			return err
		}
		return equal(len(read.Properties.Endpoints), 2)
	})
}

func insight(clients *tm.ClientFactory) {
	step("geographic hierarchy", func() error {
		answer, err := clients.NewGeographicHierarchiesClient().GetDefault(ctx, nil)
		if err != nil {
			return err
		}
		world := answer.Properties.GeographicHierarchy
		return errors.Join(equal(*world.Code, "WORLD"), equal(len(world.Regions), 8))
	})
	step("heat map: refused without traffic view, missing without queries, then there", func() error {
		client := clients.NewHeatMapClient()
		_, err := client.Get(ctx, group, "shop", nil)
		if err := refused(err, 502, "NotAuthorized"); err != nil {
			return err
		}
		on := tm.Profile{Properties: &tm.ProfileProperties{
			TrafficViewEnrollmentStatus: to.Ptr(tm.TrafficViewEnrollmentStatusEnabled),
		}}
		if _, err := clients.NewProfilesClient().Update(ctx, group, "shop", on, nil); err != nil {
			return err
		}
		_, err = client.Get(ctx, group, "shop", nil)
		if err := refused(err, 404, "NotFound"); err != nil {
			return err
		}
		flow := map[string]any{"source_ip": "192.0.2.1", "latitude": 41.5, "longitude": -93.6,
			"queries": []any{map[string]any{"endpoint": "east", "count": 4}}}
		seed := map[string]any{"start": "2026-11-13T00:00:00Z", "end": "2026-11-20T00:00:00Z", "flows": []any{flow}}
		if err := control("PUT", "/emulator/heat-map/shop", seed); err != nil {
			return err
		}
		seen, err := client.Get(ctx, group, "shop",
			&tm.HeatMapClientGetOptions{TopLeft: []float64{50, -100}, BotRight: []float64{40, -90}})
		if err != nil {
			return err
		}
		return errors.Join(
			equal(*seen.Properties.TrafficFlows[0].QueryExperiences[0].QueryCount, 4),
			equal(seen.Properties.StartTime.Format(time.RFC3339), "2026-11-13T00:00:00Z"),
		)
	})
	step("user metrics: a key is made, read and deleted", func() error {
		client := clients.NewUserMetricsKeysClient()
		made, err := client.CreateOrUpdate(ctx, nil)
		if err != nil {
			return err
		}
		read, err1 := client.Get(ctx, nil)
		_, err2 := client.Delete(ctx, nil)
		gone, err3 := client.Get(ctx, nil)
		if err := errors.Join(err1, err2, err3); err != nil {
			return err
		}
		return errors.Join(
			equal(len(*made.Properties.Key), 32),
			equal(*read.Properties.Key, *made.Properties.Key),
			equal(*gone.Properties.Key, ""),
		)
	})
}

func ends(t transport, clients *tm.ClientFactory) {
	client := clients.NewProfilesClient()
	step("profile: a missing role is 403", func() error {
		if err := control("PUT", "/emulator/roles", map[string]string{"principal": clientID, "role": "Reader"}); err != nil {
			return err
		}
		_, err1 := client.Get(ctx, group, "shop", nil)
		_, err2 := client.Delete(ctx, group, "shop", nil)
		return errors.Join(err1, refused(err2, 403, "AuthorizationFailed"), control("DELETE", "/emulator/roles", nil))
	})
	step("login: an expired token is renewed by a new client", func() error {
		if err := control("POST", "/emulator/tokens/expire", nil); err != nil {
			return err
		}
		_, err := client.Get(ctx, group, "shop", nil)
		if err := refused(err, 401, "ExpiredAuthenticationToken"); err != nil {
			return err
		}
		fresh, err := manage(t)
		if err != nil {
			return err
		}
		client = fresh.NewProfilesClient()
		_, err = client.Get(ctx, group, "shop", nil)
		return err
	})
	step("profile: delete, and once more", func() error {
		for _, name := range []string{"shop", "child", "shop"} {
			if _, err := client.Delete(ctx, group, name, nil); err != nil {
				return err
			}
		}
		_, err := client.Get(ctx, group, "shop", nil)
		return refused(err, 404, "ResourceNotFound")
	})
}
