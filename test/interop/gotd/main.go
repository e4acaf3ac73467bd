// Takes the steps with gotd/td.
package main

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"sort"
	"time"

	"github.com/gotd/td/exchange"
	"github.com/gotd/td/session"
	"github.com/gotd/td/telegram"
	"github.com/gotd/td/telegram/auth"
	"github.com/gotd/td/telegram/dcs"
	"github.com/gotd/td/tg"
)

func main() {
	var known facts
	if err := json.NewDecoder(os.Stdin).Decode(&known); err != nil {
		panic(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	take(ctx, "loopback only", guardStep)
	storage := &session.StorageMemory{}
	client := newClient(known, storage, nil)
	if err := client.Run(ctx, func(ctx context.Context) error {
		it := &taker{client: client, api: client.API(), facts: known, storage: storage}
		return it.everything(ctx)
	}); err != nil {
		panic(err)
	}
}

func newClient(known facts, storage session.Storage, updates telegram.UpdateHandler) *telegram.Client {
	block, _ := pem.Decode([]byte(known.PublicKeyPem))
	key, err := x509.ParsePKCS1PublicKey(block.Bytes)
	if err != nil {
		panic(err)
	}
	return telegram.NewClient(known.APIID, known.APIHash, telegram.Options{
		PublicKeys:     []telegram.PublicKey{exchange.PublicKey{RSA: key}},
		DC:             known.DC,
		DCList:         dcs.List{Options: []tg.DCOption{{ID: known.DC, IPAddress: known.Host, Port: known.Port}}},
		Resolver:       dcs.Plain(dcs.PlainOptions{Dial: dialLoopback}),
		SessionStorage: storage,
		UpdateHandler:  updates,
	})
}

// taker takes the steps one after another.
type taker struct {
	client  *telegram.Client
	api     *tg.Client
	facts   facts
	storage *session.StorageMemory
	forum   *tg.InputPeerChannel
	channel *tg.InputPeerChannel
	film    *tg.Document
}

func (it *taker) everything(ctx context.Context) error {
	it.signIn(ctx)
	take(ctx, "dialogs", it.dialogs)
	if it.forum == nil {
		return errors.New("there is no forum")
	}
	take(ctx, "history", it.history)
	for step, page := range it.facts.Pages {
		take(ctx, step, func(ctx context.Context) (found, error) { return it.onePage(ctx, page) })
	}
	take(ctx, "topics", it.topics)
	it.files(ctx)
	take(ctx, "album", it.album)
	take(ctx, "entities", it.entities)
	take(ctx, "reply", it.reply)
	take(ctx, "update", it.update)
	take(ctx, "username", it.username)
	take(ctx, "refusal", it.refusal)
	take(ctx, "log out", it.logOut)
	return nil
}

func (it *taker) signIn(ctx context.Context) {
	flow := it.client.Auth()
	take(ctx, "sign in: code", func(ctx context.Context) (found, error) {
		class, err := flow.SendCode(ctx, it.facts.Phone, auth.SendCodeOptions{})
		if err != nil {
			return nil, err
		}
		sent, ok := class.(*tg.AuthSentCode)
		if !ok {
			return nil, fmt.Errorf("%T instead of a sent code", class)
		}
		_, refused := flow.SignIn(ctx, it.facts.Phone, "00000", sent.PhoneCodeHash)
		_, err = flow.SignIn(ctx, it.facts.Phone, it.facts.Code, sent.PhoneCodeHash)
		if !errors.Is(err, auth.ErrPasswordAuthNeeded) {
			return nil, fmt.Errorf("%w instead of the question for a password", err)
		}
		return found{"refused": words(refused)}, nil
	})
	take(ctx, "sign in: password", func(ctx context.Context) (found, error) {
		_, refused := flow.Password(ctx, "wrong")
		said := words(refused)
		// gotd has a word of its own for it.
		if errors.Is(refused, auth.ErrPasswordInvalid) {
			said = "PASSWORD_HASH_INVALID"
		}
		authorization, err := flow.Password(ctx, it.facts.Password)
		if err != nil {
			return nil, err
		}
		me, _ := authorization.User.(*tg.User)
		return found{"refused": said, "me": me.FirstName}, nil
	})
}

func (it *taker) dialogs(ctx context.Context) (found, error) {
	class, err := it.api.MessagesGetDialogs(ctx, &tg.MessagesGetDialogsRequest{OffsetPeer: &tg.InputPeerEmpty{}, Limit: 100})
	if err != nil {
		return nil, err
	}
	dialogs, ok := class.AsModified()
	if !ok {
		return nil, fmt.Errorf("%T instead of dialogs", class)
	}
	var titles []string
	for _, chat := range dialogs.GetChats() {
		switch chat := chat.(type) {
		case *tg.Channel:
			titles = append(titles, chat.Title)
			if chat.Title == it.facts.ForumTitle {
				it.forum = chat.AsInputPeer()
			} else {
				it.channel = chat.AsInputPeer()
			}
		case *tg.Chat:
			titles = append(titles, chat.Title)
		}
	}
	sort.Strings(titles)
	return found{"titles": titles}, nil
}

func (it *taker) username(ctx context.Context) (found, error) {
	resolve := func(name string) (*tg.ContactsResolvedPeer, error) {
		return it.api.ContactsResolveUsername(ctx, &tg.ContactsResolveUsernameRequest{Username: name})
	}
	resolved, err := resolve(it.facts.ChannelUsername)
	if err != nil {
		return nil, err
	}
	channel, ok := resolved.Chats[0].(*tg.Channel)
	if !ok {
		return nil, fmt.Errorf("%T instead of a channel", resolved.Chats[0])
	}
	_, unknown := resolve("nobody_has_this")
	return found{"title": channel.Title, "unknown": words(unknown)}, nil
}

func (it *taker) logOut(ctx context.Context) (found, error) {
	storage, err := it.copyOfSession(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := it.api.AuthLogOut(ctx); err != nil {
		return nil, err
	}
	var after error
	other := newClient(it.facts, storage, nil)
	err = other.Run(ctx, func(ctx context.Context) error {
		_, after = other.Self(ctx)
		return nil
	})
	return found{"after": words(after)}, err
}

func (it *taker) copyOfSession(ctx context.Context) (*session.StorageMemory, error) {
	data, err := it.storage.LoadSession(ctx)
	if err != nil {
		return nil, err
	}
	storage := &session.StorageMemory{}
	return storage, storage.StoreSession(ctx, data)
}
